"""Studies side by side: each cell of the last study held against the same cell of the first."""

from typing import Any

import pandas as pd

from lntx.report import intervals
from lntx.report.columns import CELL
from lntx.report.frames import THREADS, Frames
from lntx.report.rows import each

COLUMNS = ["before", "after", "name", "suite", "backend", "work", "samples", "features", "batch_size", "phase"]
COLUMNS += ["before_s", "after_s", "ratio", "low", "high", "apart"]
_SAME = [name for name in CELL if name != "threads"]
"""What two cells must share; machines with other cores have other threads."""


def comparison(frames: Frames) -> pd.DataFrame:
    """Make one row for each cell (or benchmark) that the last study shares with the first: time after over time before.

    No processes belong together, so the interval is Welch's, and what drifted between the studies is in none of it.
    `apart` says whether the interval excludes 1. Cold calls count where as many epochs were timed.
    """
    if len(frames.labels) < 2:  # noqa: PLR2004  (one has nothing beside it)
        return pd.DataFrame(columns=COLUMNS)
    first, *_, last = (label for label, _ in frames.order)
    return between(frames, first, last)


def between(frames: Frames, first: str, last: str) -> pd.DataFrame:
    """Make the same rows for any two studies."""
    rows = [*_cells(frames, first, last), *_foreign(frames, first, last)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _cells(frames: Frames, first: str, last: str) -> list[list[Any]]:
    cells = frames.cells
    if cells.empty:
        return []
    keys = cells.assign(epochs_timed=cells["timed_epochs"].where(cells["phase"] == "first", 0))
    fields = [*_SAME, "epochs_timed"]
    keys = keys[keys["suite"] != THREADS]  # its points are numbers of threads
    base = {tuple(getattr(row, name) for name in fields): row for row in each(keys[keys["study"] == first])}
    found = []
    for row in each(keys[keys["study"] == last]):
        old = base.get(tuple(getattr(row, name) for name in fields))
        if old is not None:
            ratio = intervals.apart(frames.times(row.cell), frames.times(old.cell))
            found.append(
                [first, last, row.name, row.suite, row.backend, row.work, row.samples, row.features, row.batch_size,
                 row.phase, old.unit_s, row.unit_s, ratio.center, ratio.low, ratio.high, ratio.excludes(1.0)]
            )  # fmt: skip
    return found


def _foreign(frames: Frames, first: str, last: str) -> list[list[Any]]:
    """Hold medians against medians, and means against means where one side has nothing else."""
    once = frames.foreign.drop_duplicates(["study", "name"])
    before, after = (once[once["study"] == label].set_index("name") for label in (first, last))
    found = []
    for name in after.index.intersection(before.index, sort=False):
        for what in ("median_s", "mean_s"):
            one, other = float(before[what][name]), float(after[what][name])
            if one > 0 and other > 0:
                blank = ["", "", "", None, None, None, ""]
                found.append([first, last, name, *blank, one, other, other / one, None, None, False])
                break
    return found
