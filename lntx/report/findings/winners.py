"""Which backend wins where, by how much, and where the lead changes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import pandas as pd

from lntx.report import units
from lntx.report.drawing import settings
from lntx.report.findings import Finding
from lntx.report.findings.comparing import WAYS, place, ratio, told_apart
from lntx.report.frames import THREADS, Frames

PLACE = 20
TOPIC = "Which is fastest"


@dataclass(frozen=True, slots=True)
class Lead:
    """Who is fastest at a size, and by how much over whom."""

    size: int
    best: str
    second: str
    words: str
    clear: bool


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each suite that goes along a size, for each setting, place and work class."""
    steady = frames.ways[(frames.ways["phase"] == "run") & (frames.ways["suite"] != THREADS)]
    for suite, cells in steady.groupby("suite", sort=False):
        if axis := settings.axis_of(cells):
            named = cells.assign(setting=settings.picture(cells, axis))
            for (setting, *_), part in named.groupby(
                ["setting", "work", "device", "dtype", "threads", "study"], sort=False
            ):
                yield from _suite(frames, part, axis, str(suite), str(setting))


def _suite(frames: Frames, part: pd.DataFrame, axis: str, suite: str, setting: str) -> Iterator[Finding]:
    regions, noun = _regions(frames, part, axis), axis.replace("_", " ")
    if not regions:
        return
    how = WAYS[str(part["work"].iloc[0])]
    text = f"Along {noun}{f' ({setting})' if setting else ''}, {how}, {_named(regions, noun)}."
    kind = f"Time per epoch; {settings.fixed(part, axis)}{place(part)}."
    margins = [_margin(lead, noun) for lead in dict.fromkeys((regions[0][0], regions[-1][-1]))]
    yield Finding(text, " ".join([kind, *margins, *_crossings(part, axis, regions)]), suite)


def along(frames: Frames, part: pd.DataFrame, axis: str) -> str:
    """Say which of some cells' backends is fastest where along an axis; empty where there is but one."""
    regions = _regions(frames, part, axis)
    return _named(regions, axis.replace("_", " ")) if regions else ""


def _regions(frames: Frames, part: pd.DataFrame, axis: str) -> list[list[Lead]]:
    leads = [lead for size, cells in part.groupby(axis) if (lead := _lead(frames, int(str(size)), cells))]
    return [list(group) for _, group in groupby(leads, key=lambda lead: (lead.best, lead.clear))]


def _named(regions: list[list[Lead]], noun: str) -> str:
    words = [_region(region, noun, first=i == 0, last=i == len(regions) - 1) for i, region in enumerate(regions)]
    return units.listing(words)


def _lead(frames: Frames, size: int, cells: pd.DataFrame) -> Lead | None:
    if len(cells) <= 1:
        return None
    best, second = (row for _, row in cells.sort_values("unit_s").head(2).iterrows())
    found = frames.ratio(int(second["cell"]), int(best["cell"]))
    return Lead(size, str(best["backend"]), str(second["backend"]), ratio(found), told_apart(found))


def _region(region: list[Lead], noun: str, *, first: bool, last: bool) -> str:
    low, high, best = region[0].size, region[-1].size, region[0].best
    where = (
        "everywhere"
        if first and last
        else f"up to {high:,}"
        if first
        else f"from {low:,} on"
        if last
        else f"at {low:,}"
    )
    if not (first or last) and high > low:
        where = f"from {low:,} to {high:,}"
    if high == low:
        where = f"at {low:,}"
    if first and last:
        where = f"at every {settings.span(noun, low, high)}" if high > low else f"at {settings.at(noun, low)}"
    if any(lead.clear for lead in region):
        return f"{best} is fastest {where}"
    return f"{units.listing([best, *dict.fromkeys(lead.second for lead in region)])} can't be told apart {where}"


def _margin(lead: Lead, noun: str) -> str:
    at = f"At {settings.at(noun, lead.size)}"
    if not lead.clear:
        return f"{at}, {lead.best} and {lead.second} can't be told apart."
    return f"{at}, {lead.best} is {lead.words} as {lead.second}."


def _crossings(part: pd.DataFrame, axis: str, regions: list[list[Lead]]) -> Iterator[str]:
    noun = axis.replace("_", " ")
    for before, after in pairwise(regions):
        size = _crossing(part, axis, before[-1], after[0])
        if size:
            near = settings.at(noun, units.digits(size, 2))
            yield f"{before[-1].best} and {after[0].best} cross near {near} (interpolated)."


def _crossing(part: pd.DataFrame, axis: str, before: Lead, after: Lead) -> float | None:
    """Find where two lines between two sizes cross, straight on logarithmic axes."""
    times = part.pivot_table("unit_s", axis, "backend")
    gap = (times[before.best] / times[after.best]).reindex([before.size, after.size]).map(math.log)
    if gap.isna().any() or gap.iloc[0] == gap.iloc[1]:
        return None
    share = gap.iloc[0] / (gap.iloc[0] - gap.iloc[1])
    return float(before.size * (after.size / before.size) ** share)
