"""The backend that takes one of the others: where its time is its own, and where it only repeats another's."""

import pandas as pd

from lntx.report.columns import CELL
from lntx.report.frames import CHOOSER, Frames
from lntx.report.intervals import Interval
from lntx.report.rows import each

_NEAR, _NEAR_ALONE = 1.1, 1.25  # times as long: nobody would look for a reason; more where one process was measured
_PLACE = [name for name in ("study", *CELL) if name != "backend"]


def without_echoes(frames: Frames) -> pd.DataFrame:
    """Return all cells but those of the chooser whose time can't be told from that of the backend that it took."""
    cells = frames.cells
    chosen = cells[(cells["backend"] == CHOOSER) & (cells["taken"] != "")]
    if chosen.empty:
        return cells
    timed = {(row.backend, *_place(row)): row.cell for row in each(cells)}
    echoes = [
        row.cell
        for row in each(chosen)
        if (other := timed.get((row.taken, *_place(row)))) is not None and _alike(frames.ratio(row.cell, other))
    ]
    return cells[~cells["cell"].isin(echoes)]


def _place(row: "pd.Series") -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _PLACE)


def _alike(ratio: Interval) -> bool:
    near = _NEAR if ratio.known else _NEAR_ALONE
    return (ratio.known and not ratio.excludes(1.0)) or 1 / near <= ratio.center <= near
