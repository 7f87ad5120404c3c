"""From which epoch on {}'s start pays.

Each square is a shape of the data, trained in full batches. In it: the epoch from which on the slow start has paid for
itself against eager. The start is that of the tutorial's cold first call, taken to be the same for every shape; the epochs
are those of the shape itself.
"""

import math
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from lntx.report import breakeven, plane, units
from lntx.report.drawing import settings, squares
from lntx.report.drawing.style import MUTED, Looks
from lntx.report.frames import BASELINE, Frames
from lntx.report.rows import each

PLACE = 42
SUITES = ()
COLUMNS = ["picture", "samples", "features", "series", "backend", "work", "pays_from_epoch", "low", "high"]
COLUMNS += ["start_s", "epoch_s", "eager_start_s", "eager_epoch_s", "setting"]


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each shape and each backend whose cold start costs a notable part of the tutorial."""
    found, cells = breakeven.starts(frames), plane.shapes(frames)
    pairs = [(start, start.peer(found, BASELINE)) for start in found if start.notable and start.backend != BASELINE]
    rows = [row for start, peer in pairs if peer for row in _rows(frames, cells, start, peer)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(frames: Frames, cells: pd.DataFrame, start: breakeven.Start, peer: breakeven.Start) -> list[list[Any]]:
    for name in ("study", "device", "dtype", "threads"):
        cells = cells[cells[name] == getattr(start, name)]
    setting, rows = settings.fixed(cells), []
    for (samples, features), part in cells.groupby(["samples", "features"]):
        own, other = (part[part["backend"] == backend] for backend in (start.backend, BASELINE))
        if own.empty or other.empty:
            continue
        slow = breakeven.elsewhere(frames, start, own.iloc[0])
        quick = breakeven.elsewhere(frames, peer, other.iloc[0])
        crossing = breakeven.pays_from(slow, quick)
        epoch, low, high = (crossing.center, crossing.low, crossing.high) if crossing else (math.nan, None, None)
        rows.append(
            [start.series, samples, features, start.series, start.backend, start.work, epoch, low, high,
             slow.start, slow.epoch, quick.start, quick.epoch, setting]
        )  # fmt: skip
    return rows


def draw(frame: pd.DataFrame, figure: Figure, looks: Looks) -> None:
    """Draw a square for each shape; where it never pays, in grey."""
    squares.draw([_square(row, looks) for row in each(frame)], figure)


def _square(row: Any, looks: Looks) -> squares.Square:
    if math.isnan(row.pays_from_epoch):
        return squares.Square(row.samples, row.features, MUTED, ["never"])
    words = [units.digits(max(row.pays_from_epoch, 1), 2)]
    if row.low is not None and not math.isnan(row.low):
        words.append(f"{units.digits(max(row.low, 1), 2)} to {units.digits(max(row.high, 1), 2)}")
    return squares.Square(row.samples, row.features, looks[row.series].color, words)


def alt(frame: pd.DataFrame) -> str:
    """Say the epoch of each shape."""
    words = [
        f"{row.samples:,} {units.TIMES} {row.features:,} "
        + ("never" if math.isnan(row.pays_from_epoch) else units.digits(max(row.pays_from_epoch, 1), 2))
        for row in each(frame)
    ]
    name = frame["series"].iloc[0]
    return f"Map of the epoch from which on {name}'s start has paid against {BASELINE}: {units.listing(words)}."
