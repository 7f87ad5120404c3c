"""Who is fastest at which shape{}.

Each square is a shape of the data, trained in full batches. In it: the backend with the shortest epoch, how many times
as fast as eager it is, and, where the interval between the two includes 1, whom it can't be told apart from.
"""

import math
from typing import Any

import pandas as pd

from lntx.report import settings, units
from lntx.report.analysis import shape_grid
from lntx.report.drawing import heatmap
from lntx.report.drawing.axes import LABEL_LENGTH
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import Styles
from lntx.report.frames import BASELINE, CHOOSER, Frames
from lntx.report.phrases import told_apart
from lntx.report.rows import each

ORDER = 24
TOPIC = "Which is fastest"
SUITES = ("shapes",)
COLUMNS = ["picture", "samples", "features", "series", "backend", "work", "time_s", "speedup", "second", "ratio"]
COLUMNS += ["apart", "setting"]
_WAYS = {", doing every step": ("steps",), ", by any way": ("steps", "algebra")}


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each shape: the best that does every step, and the best of all ways."""
    cells = shape_grid.shapes(frames)
    cells = cells[cells["backend"] != CHOOSER]
    rows = []
    for part in shape_grid.places(cells):
        named = shape_grid.words(part, cells)
        for words, works in _WAYS.items():
            able = part[part["work"].isin(works)]
            if set(able["work"]) == set(works):
                rows += _rows(frames, able, words + (f", {named}" if named else ""))
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(frames: Frames, cells: pd.DataFrame, picture: str) -> list[list[Any]]:
    setting, found = settings.fixed(cells), []
    for (samples, features), part in cells.groupby(["samples", "features"]):
        best, *others = each(part.sort_values(["unit_s", "backend"], kind="stable"))
        if not others:
            continue
        ratio = frames.ratio(others[0].cell, best.cell)
        found.append(
            [picture, samples, features, best.series, best.backend, best.work, best.unit_s, best.speedup,
             others[0].backend, ratio.center, told_apart(ratio), setting]
        )  # fmt: skip
    return found


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a square for each shape, in the colour of its winner."""
    heatmap.draw([_square(row, styles) for row in each(frame)], figure)


def _square(best: Any, styles: Styles) -> heatmap.Square:
    words = [units.clean(best.backend, LABEL_LENGTH)]
    if best.backend != BASELINE and not math.isnan(best.speedup):
        words.append(f"{units.digits(best.speedup, 2)}{units.TIMES}")
    if not best.apart:
        words.append(f"or {units.clean(best.second, LABEL_LENGTH)}")
    return heatmap.Square(best.samples, best.features, styles[best.series].color, words)


def alt(frame: pd.DataFrame) -> str:
    """Name the winner of each shape."""
    words = [f"{row.samples:,} {units.TIMES} {row.features:,} {row.backend}" for row in each(frame)]
    return f"Map of the fastest backend at each shape, samples by features: {units.listing(words)}."
