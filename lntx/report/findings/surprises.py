"""What one wouldn't expect: a way that is slower than the textbook loop, or that starts slowly and then isn't fast."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lntx.record import LINEAR
from lntx.report import units
from lntx.report.analysis.breakeven import starts
from lntx.report.columns import CELL
from lntx.report.document import Finding
from lntx.report.frames import BASELINE, Frames
from lntx.report.intervals import Interval
from lntx.report.rows import each

ORDER = 35
TOPIC = "Which is fastest"
PEER = "manual"
"""The same steps by hand: what compiling should at least reach."""
_PLACE = [name for name in ("study", *CELL) if name != "backend"]


@dataclass(frozen=True, slots=True)
class Behind:
    """A series that is slower for sure than another backend in some of the cells that both have, and the worst of them."""

    series: str
    count: int
    shared: int
    worst: Interval
    where: str


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for what is slower than the baseline, and one for what starts slowly and is slower than by hand."""
    if found := _behind(frames, BASELINE, set(frames.ways["series"]) - {BASELINE}):
        yield Finding(f"Not everything is faster than {BASELINE}: {_first(found)}.", _rest(found))
    known = starts(frames)
    steps = [start for start in known if start.notable and start.work == "steps" and start.backend != BASELINE]
    slow = {start.series for start in steps}
    if found := _behind(frames, PEER, slow):
        text = f"A slow start doesn't always buy a fast step: against {PEER}, once warm, {_first(found)}."
        yield Finding(text, _rest(found))


def _behind(frames: Frames, backend: str, names: set[str]) -> list[Behind]:
    steady = frames.ways[(frames.ways["phase"] == "run") & (frames.ways["model"] == LINEAR)]
    base = steady[steady["backend"] == backend].set_index(_PLACE)["cell"]
    found = []
    for series, part in steady[steady["series"].isin(names) & (steady["backend"] != backend)].groupby("series"):
        pairs = [(row, _other(base, row)) for row in each(part)]
        ratios = [(frames.ratio(row.cell, other), row) for row, other in pairs if other is not None]
        slower = [(ratio, row) for ratio, row in ratios if ratio.center > 1 and ratio.excludes(1.0)]
        if slower:
            worst, row = max(slower, key=lambda pair: pair[0].center)
            where = f"{row.suite}, {row.samples:,} {units.TIMES} {row.features:,}"
            found.append(Behind(str(series), len(slower), len(ratios), worst, where))
    return sorted(found, key=lambda one: -one.worst.center)


def _other(base: "pd.Series[int]", row: Any) -> int | None:
    key = tuple(getattr(row, name) for name in _PLACE)
    return int(base[key]) if key in base.index else None


def _first(found: list[Behind]) -> str:
    one = found[0]
    return (
        f"{one.series} takes up to {units.digits(one.worst.center)} times as long ({one.where}), and is slower in "
        f"{one.count} of {units.plural(one.shared, 'cell')}"
    )


def _rest(found: list[Behind]) -> str:
    first = f"The interval of that: {units.span(found[0].worst)}."
    words = [
        f"{one.series} up to {units.digits(one.worst.center)} times, in {one.count} of {one.shared}"
        for one in found[1:]
    ]
    return f"{first} Also: {units.listing(words)}." if words else first
