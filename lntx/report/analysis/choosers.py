"""The backend that takes one of the others: where its time is its own, and where it only repeats another's."""

from collections.abc import Mapping
from typing import Any

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
    timed = _timed(cells)
    echoes = [row.cell for row in each(chosen) if (ratio := _ratio(frames, timed, row)) is not None and _alike(ratio)]
    return cells[~cells["cell"].isin(echoes)]


def contradicted(frames: Frames, chooser: Any) -> bool:
    """Whether the chooser's time is far from that of the backend that it took, with one process each to say so."""
    ratio = _ratio(frames, _timed(frames.cells), chooser)
    return ratio is not None and not ratio.known and not _alike(ratio)


def _timed(cells: pd.DataFrame) -> dict[tuple[object, ...], int]:
    return {(row.backend, *_place(row)): row.cell for row in each(cells)}


def _ratio(frames: Frames, timed: Mapping[tuple[object, ...], int], chooser: Any) -> Interval | None:
    """Hold the chooser's time against that of the backend that it took; None where that wasn't timed."""
    other = timed.get((chooser.taken, *_place(chooser)))
    return None if other is None else frames.ratio(chooser.cell, other)


def _place(row: "pd.Series") -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _PLACE)


def _alike(ratio: Interval) -> bool:
    near = _NEAR if ratio.known else _NEAR_ALONE
    return (ratio.known and not ratio.excludes(1.0)) or 1 / near <= ratio.center <= near
