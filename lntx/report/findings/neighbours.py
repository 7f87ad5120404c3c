"""What else was at work on the machine while times were taken."""

from collections.abc import Iterator

import pandas as pd

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 71
TOPIC = "Whether to trust this"
_LOUD = 0.1
"""The share of the processors from which on others may well have been in the way."""


def loud(cells: pd.DataFrame) -> pd.DataFrame:
    """Keep the cells of which others took a good share of the processors, in one of the processes at least."""
    return cells[cells["others_share"] > _LOUD]


def find(frames: Frames) -> Iterator[Finding]:
    """Yield what share of the processors others took, by the median and at most; a warning where most cells had company."""
    shares = frames.cells["others_share"].dropna()
    if shares.empty:
        return
    middle, disturbed = float(shares.median()), loud(frames.cells)
    text = f"While times were taken, other processes took {units.share(middle)} of the processors (the median)"
    told = f"{units.plural(len(shares), 'cell')}{' that took long enough to tell' * (len(shares) < len(frames.cells))}"
    busy = len(disturbed) > len(shares) / 2  # of those that could tell
    text += f", and more than {units.share(_LOUD)} in {len(disturbed):,} of {told}."
    most = f", {units.share(float(shares.max()))} at most" if len(disturbed) else ""
    detail = (
        f"A virtual machine's host counts as another process{most}; of each cell the most disturbed process counts, "
    )
    detail += "and times under 0.1 s are too short to tell."
    if busy:
        text += " Measure again when it is quiet: these are times of a machine that others use."
    yield Finding(text, detail, kind="warning" if busy else "note")
