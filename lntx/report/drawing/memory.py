"""Bars of the memory that was added, one a row, with its number beside it."""

import pandas as pd

from lntx.report import units
from lntx.report.drawing.axes import LABEL_LENGTH
from lntx.report.drawing.library import Axes, Figure
from lntx.report.drawing.style import INK, WIDTH_IN, Styles
from lntx.report.names import labels
from lntx.report.rows import each

MB = 1e6
_ROW_IN = 0.32


def bars(frame: pd.DataFrame, figure: Figure, styles: Styles, *, above: float, most: float) -> Axes:
    """Draw the rows of a frame (series, added_bytes), and return the axes.

    above is the room over the first bar, in rows; most is the largest number of bytes that must find room, besides the bars.
    """
    figure.set_size_inches(WIDTH_IN, _ROW_IN * len(frame) + 0.8 + (above - 0.5) / 4)
    axes = figure.add_subplot()
    beside = axes.get_yaxis_transform()
    for row in each(frame):
        axes.barh(row.Index, row.added_bytes / MB, height=0.55, color=styles[row.series].color, alpha=0.75, lw=0)
        axes.text(1.03, row.Index, more(row.added_bytes), transform=beside, va="center", fontsize=9.8, weight="bold")
    short = labels(frame["series"], LABEL_LENGTH)
    axes.set_yticks(range(len(frame)), [short[name] for name in frame["series"]])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=10)
    axes.grid(visible=False, axis="y")
    widest = max(most, float(frame["added_bytes"].max())) / MB
    axes.set(ylim=(len(frame) - 0.5, -above), xlim=(0, 1.15 * widest), xlabel="MB more than before")
    return axes


def more(value: float) -> str:
    """Return bytes that were added, in words."""
    return units.data(value) if value else "none"
