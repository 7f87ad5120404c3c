"""Which backend wins where, by how much, and where the lead changes."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

import pandas as pd

from lntx.report import settings, units
from lntx.report.document import Finding
from lntx.report.frames import THREADS, Frames
from lntx.report.phrases import WAYS, place, ratio, told_apart

ORDER = 20
TOPIC = "Which is fastest"
_REGIONS = 4  # that one sentence holds


@dataclass(frozen=True, slots=True)
class Lead:
    """Who is fastest at a size, and by how much over whom."""

    size: float
    best: str
    second: str
    words: str
    clear: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The fastest; both, in the order of their names, where they can't be told apart."""
        return (self.best,) if self.clear else tuple(sorted((self.best, self.second)))


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each suite that goes along a size, for each setting, place and work class."""
    steady = frames.ways[(frames.ways["phase"] == "run") & (frames.ways["suite"] != THREADS)]
    for suite, cells in steady.groupby("suite", sort=False):
        if axis := settings.axis_of(cells):
            named = cells.assign(setting=settings.picture(cells, axis), size=settings.sizes(cells, axis))
            for (setting, *_), part in named.groupby(
                ["setting", "work", "device", "dtype", "threads", "study"], sort=False
            ):
                yield from _suite(frames, part, axis, str(suite), str(setting))


def _suite(frames: Frames, part: pd.DataFrame, axis: str, suite: str, setting: str) -> Iterator[Finding]:
    regions, noun = _regions(frames, part), axis.replace("_", " ")
    if not regions:
        return
    how = WAYS[str(part["work"].iloc[0])]
    text = f"Along {noun}{f' ({setting})' if setting else ''}, {how}, {_named(regions, noun)}."
    kind = f"Time per epoch; {settings.fixed(part, axis)}{place(part)}."
    ends = dict.fromkeys((regions[0][0], regions[-1][-1]))
    margins = [_margin(lead, noun) for lead in ends if lead.clear]
    yield Finding(text, " ".join([kind, *margins, *_crossings(part, noun, regions)]), suite)


def along(frames: Frames, part: pd.DataFrame, axis: str) -> str:
    """Return which of some cells' backends is fastest where along an axis; empty where there is but one."""
    regions = _regions(frames, part.assign(size=settings.sizes(part, axis)))
    return _named(regions, axis.replace("_", " ")) if regions else ""


def _regions(frames: Frames, part: pd.DataFrame) -> list[list[Lead]]:
    leads = [lead for _, cells in part.groupby("size") if (lead := _lead(frames, cells["size"].iloc[0], cells))]
    return [list(group) for _, group in groupby(leads, key=lambda lead: lead.names)]


def _named(regions: list[list[Lead]], noun: str) -> str:
    if len(regions) > _REGIONS:
        return _counted([lead for region in regions for lead in region], noun)
    words = [_region(region, noun, first=i == 0, last=i == len(regions) - 1) for i, region in enumerate(regions)]
    return units.listing(words)


def _counted(leads: list[Lead], noun: str) -> str:
    """Say at how many sizes each wins, where naming the regions would be a list and not a sentence."""
    clear = Counter(lead.best for lead in leads if lead.clear)
    words = [f"{name} is fastest at {count}" for name, count in clear.most_common()]
    unsure = len(leads) - clear.total()
    words += [f"the two fastest can't be told apart at {unsure}"] if unsure else []
    low, high = leads[0].size, leads[-1].size
    ends = f"from {settings.number(low)} to {settings.at(noun, high)}"
    return f"of {len(leads)} sizes {ends}, {units.listing(words)}"


def _lead(frames: Frames, size: float, cells: pd.DataFrame) -> Lead | None:
    if len(cells) <= 1:
        return None
    best, second = (row for _, row in cells.sort_values("unit_s").head(2).iterrows())
    found = frames.ratio(int(second["cell"]), int(best["cell"]))
    return Lead(size, str(best["backend"]), str(second["backend"]), ratio(found), told_apart(found))


def _region(region: list[Lead], noun: str, *, first: bool, last: bool) -> str:
    low, high, names = region[0].size, region[-1].size, region[0].names
    least, most = settings.number(low), settings.number(high)
    where = (
        "everywhere" if first and last else f"up to {most}" if first else f"from {least} on" if last else f"at {least}"
    )
    if not (first or last) and high > low:
        where = f"from {least} to {most}"
    if high == low:
        where = f"at {least}"
    if first and last:
        where = f"at every {settings.span(noun, low, high)}" if high > low else f"at {settings.at(noun, low)}"
    return (
        f"{names[0]} is fastest {where}"
        if len(names) == 1
        else f"{units.listing([*names])} can't be told apart {where}"
    )


def _margin(lead: Lead, noun: str) -> str:
    return f"At {settings.at(noun, lead.size)}, {lead.best} is {lead.words} as {lead.second}."


def _crossings(part: pd.DataFrame, noun: str, regions: list[list[Lead]]) -> Iterator[str]:
    """Yield where the lead changes for sure from one size to the next."""
    for before, after in pairwise(regions):
        sure = before[-1].clear and after[0].clear
        if sure and (size := _crossing(part, before[-1], after[0])):
            near = settings.at(noun, units.digits(size, 2))
            yield f"{before[-1].best} and {after[0].best} cross near {near} (interpolated)."


def _crossing(part: pd.DataFrame, before: Lead, after: Lead) -> float | None:
    """Find where two lines between two sizes cross, straight on logarithmic axes."""
    times = part.pivot_table("unit_s", "size", "backend")
    gap = (times[before.best] / times[after.best]).reindex([before.size, after.size]).map(math.log)
    if gap.isna().any() or gap.iloc[0] == gap.iloc[1]:
        return None
    share = gap.iloc[0] / (gap.iloc[0] - gap.iloc[1])
    return float(before.size * (after.size / before.size) ** share)
