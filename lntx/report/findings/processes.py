"""How far the numbers carry: processes, intervals and what was scaled up."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.intervals import CONFIDENCE

ORDER = 70
TOPIC = "Whether to trust this"


def find(frames: Frames) -> Iterator[Finding]:
    """Yield whether there are intervals, or that there are none."""
    counts = frames.cells["processes"]
    if len(counts) and counts.max() == 1:
        text = "One process was measured for each cell, so no ratio here has an interval."
        yield Finding(text, "Measure with the regular profile to get three processes and intervals.", kind="warning")
    elif len(counts):
        low, high = int(counts.min()), int(counts.max())
        span = units.plural(low, "process") if low == high else f"{low} to {units.plural(high, 'process')}"
        text = f"Brackets hold {CONFIDENCE:.0%} t intervals between processes, {span} a cell."
        yield Finding(text, "Rounds inside a process are not replicates; each process gives one number.", kind="note")
