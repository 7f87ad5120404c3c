"""How near the steps come to what the machine can do at most."""

from collections.abc import Iterator
from typing import Any

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.rows import BEATEN, each

ORDER = 45
TOPIC = "How near the machine's limit"
_BY = {
    "reading": "reading the data",
    "arithmetic": "the arithmetic",
    "waiting": "a step's waiting for the one before",
}


def find(frames: Frames) -> Iterator[Finding]:
    """Name the cell that comes nearest, and the nearest of each other suite."""
    yield from _beaten(frames)
    known = frames.cells[frames.cells["of_limit"].notna() & (frames.cells["work"] == "steps")]
    if known.empty:
        return
    best = each(known.sort_values("of_limit", ascending=False, kind="stable").drop_duplicates("suite"))
    first, *others = best
    text = f"Doing every step, {first.series} comes nearest to this machine's limit: {_reached(first)}."
    rest = [f"{row.series} {_reached(row)}" for row in others]
    detail = f"Nearest elsewhere: {units.listing(rest)}. " if rest else ""
    yield Finding(
        text,
        f"{detail}The limit is the longest of reading the data from where it fits, the arithmetic at the rate of a matrix "
        "product, and the latency of operations that need each other's results, each measured before the study.",
        "roofline",
    )


def _beaten(frames: Frames) -> Iterator[Finding]:
    """Count the cells that took less time than their limits allow: today's studies give these no time at all."""
    beaten = frames.cells[frames.cells["limited_by"] == BEATEN]
    if len(beaten):
        names = units.listing(sorted(set(beaten["series"])))
        yield Finding(
            f"{units.plural(len(beaten), 'cell')} took less time than the limits that were probed allow: no share is given.",
            f"Backends: {names}. The limits were probed while others were at work, or on another machine.",
            kind="note",
        )


def _reached(row: Any) -> str:
    where = f"{row.suite}, {row.samples:,} {units.TIMES} {row.features:,}"
    batch = "" if row.batch_size in {1, row.samples} else f" in batches of {row.batch_size:,}"
    return f"{units.share(row.of_limit)} in {where}{batch} (limited by {_BY.get(row.limited_by, row.limited_by)})"
