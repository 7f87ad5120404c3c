"""From which epoch on {}'s start pays.

Each square is a shape of the data, trained in full batches. In it: the epoch from which on the slow start has paid for
itself against eager. The start is that of the tutorial's cold first call, taken to be the same for every shape; the epochs
are those of the shape itself.
"""

import math
from typing import Any

import pandas as pd

from lntx.report import units
from lntx.report.analysis import shape_grid
from lntx.report.drawing import heatmap
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import MUTED, Styles
from lntx.report.frames import BASELINE, CHOOSER, Frames
from lntx.report.rows import each

ORDER = 42
TOPIC = "What starting costs"
SUITES = ()


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each shape and each backend with a cold start that is notable, and pays late somewhere.

    The one that takes another has no start of its own.
    """
    found = shape_grid.crossings(frames)
    late = found["pays_from_epoch"].isna() | (found["pays_from_epoch"] > 1)
    found = found[(found["backend"] != CHOOSER) & found["series"].isin(set(found["series"][late]))]
    return found.assign(picture=found["series"])


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a square for each shape; where it never pays, in grey."""
    heatmap.draw([_square(row, styles) for row in each(frame)], figure)


def _square(row: Any, styles: Styles) -> heatmap.Square:
    if math.isnan(row.pays_from_epoch):
        return heatmap.Square(row.samples, row.features, MUTED, ["never"])
    words = [units.epochs(row.pays_from_epoch)]
    if row.low is not None and not math.isnan(row.low):
        words.append(f"{units.brief(max(row.low, 1))} to {units.brief(max(row.high, 1))}")
    elif row.pays_from_epoch > 1:
        words.append("uncertain")
    return heatmap.Square(row.samples, row.features, styles[row.series].color, words)


def alt(frame: pd.DataFrame) -> str:
    """Return the epoch of each shape."""
    words = [
        f"{row.samples:,} {units.TIMES} {row.features:,} "
        + ("never" if math.isnan(row.pays_from_epoch) else units.epochs(row.pays_from_epoch))
        for row in each(frame)
    ]
    name = frame["series"].iloc[0]
    return f"Map of the epoch from which on {name}'s start has paid against {BASELINE}: {units.listing(words)}."
