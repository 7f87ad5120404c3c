"""Who trains the tutorial fastest, and how much faster than the textbook loop."""

from collections.abc import Iterator

import pandas as pd

from lntx.report import settings, units
from lntx.report.document import Finding
from lntx.report.frames import BASELINE, Frames
from lntx.report.phrases import place, rivals, speed, tag
from lntx.report.rows import each

ORDER = 10
TOPIC = "Which is fastest"


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each form of the tutorial, place and work class."""
    cells = frames.ways[(frames.ways["suite"] == "tutorial") & (frames.ways["phase"] == "run")]
    cells = cells.assign(setting=settings.picture(cells)).sort_values("work", key=_order, kind="stable")
    for (setting, *_), part in cells.groupby(["setting", "work", "device", "dtype", "threads", "study"], sort=False):
        yield _fastest(frames, part.sort_values("unit_s"), str(setting))


def _order(works: "pd.Series[str]") -> "pd.Series[bool]":
    """Put first what does every step: that is what eager is, and what a reader of the page begins with."""
    return works != "steps"


def _fastest(frames: Frames, part: pd.DataFrame, setting: str) -> Finding:
    best = part.iloc[0]
    how = {"steps": "Doing every step", "algebra": "By algebra"}.get(best["work"], "Solving for the optimum")
    name = f"{how}, {best['backend']} trains the tutorial{f' ({setting})' if setting else ''}"
    time = f"{units.seconds(best['whole_s'])}{'' if best['whole'] else ' (extrapolated)'}"
    if len(part) == 1:
        text = f"{name} in {time}; nothing else of its kind was measured."
    else:
        text = f"{name} fastest: {time}{_over_eager(best)}."
    detail = f"{settings.fixed(part)}{place(part)}."
    return Finding(text, " ".join([detail[:1].upper() + detail[1:], *_others(frames, part)]), "ladder")


def _over_eager(best: pd.Series) -> str:
    if best["backend"] == BASELINE or pd.isna(best["speedup"]):
        return ""
    said = [tag(best["work"]).strip(" ()"), "" if best["speedup_whole"] else "extrapolated"]
    notes = ", ".join(note for note in said if note)
    return f", {units.digits(best['speedup'])} times as fast as {BASELINE}{f' ({notes})' if notes else ''}"


def _others(frames: Frames, part: pd.DataFrame) -> Iterator[str]:
    best = part.iloc[0]
    if best["backend"] != BASELINE and pd.notna(best["speedup"]):
        yield f"The ratio to {BASELINE}{tag(best['work'])} is {units.digits(best['speedup'])} {bounds(best)}."
    if len(part) > 1:
        yield rivals(frames, best, part.iloc[1])
    scaled = part[~part["whole"].astype(bool)]
    if len(scaled):
        yield _scaled(scaled)


def bounds(cell: pd.Series) -> str:
    """Return the interval of a cell's speed-up in words."""
    return speed(cell["speedup"], cell["speedup_low"], cell["speedup_high"], int(cell["processes"]))


def _scaled(cells: pd.DataFrame) -> str:
    words = [
        f"{row.backend} from {row.timed_epochs:,} of {row.epochs:,} epochs ({units.seconds(row.whole_s)})"
        for row in each(cells)
    ]
    return f"Extrapolated: {units.listing(words)}."
