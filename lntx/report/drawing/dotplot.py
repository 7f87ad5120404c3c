"""A ladder: one row a series, its time as a dot on a logarithmic axis with the number beside it."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from lntx.report import settings, units
from lntx.report.drawing.axes import LABEL_LENGTH, logarithmic, reach
from lntx.report.drawing.library import Axes, Figure, sns
from lntx.report.drawing.style import GRID, INK, MUTED, PAPER, WIDTH_IN, Styles
from lntx.report.names import labels
from lntx.report.rows import each

COLUMNS = ["picture", "series", "backend", "work", "whole_s", "low_s", "high_s", "prepare_s", "total_s"]
COLUMNS += ["timed_epochs", "epochs", "whole", "processes", "speedup", "setting"]
_WORTH_SHOWING = 0.03
_ROW_IN = 0.52


def table(cells: pd.DataFrame, columns: Sequence[str] = COLUMNS) -> pd.DataFrame:
    """Make the rungs of some cells, the fastest first, work classes one after the other."""
    scale = cells["whole_s"] / cells["unit_s"]
    rungs = settings.told(cells).assign(
        low_s=cells["low"].astype(float) * scale, high_s=cells["high"].astype(float) * scale
    )
    order = rungs["work"].map({"steps": 0, "algebra": 1, "solution": 2})
    return (
        rungs.assign(order=order)
        .sort_values(["picture", "order", "whole_s", "series"])[[*columns]]
        .reset_index(drop=True)
    )


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles, label: str) -> None:
    """Draw the rungs; a hollow dot is a time multiplied up, a tail ends at prepare and run together."""
    figure.set_size_inches(WIDTH_IN, _ROW_IN * len(frame) + 0.75)
    axes = figure.add_subplot()
    values = [*frame["total_s"].dropna(), *reach(frame["whole_s"], frame["low_s"], frame["high_s"])]
    logarithmic(axes.xaxis, values, units.tick)
    sns.scatterplot(frame, x="whole_s", y=frame.index, ax=axes, alpha=0, legend=False)
    axes.hlines(frame.index, *axes.get_xlim(), color=GRID, lw=0.7)
    for y in frame.index[frame["work"] != frame["work"].shift()][1:]:
        axes.axhline(y - 0.5, color=MUTED, lw=0.8, dashes=(1, 3))  # between the work classes
    for row in each(frame):
        _rung(axes, row, styles)
    axes.set(ylim=(len(frame) - 0.5, -0.5), xlabel=label, ylabel="")
    short = labels(frame["series"], LABEL_LENGTH)
    axes.set_yticks(range(len(frame)), [short[name] for name in frame["series"]])
    axes.tick_params(axis="y", labelsize=10.5, labelcolor=INK)
    axes.grid(visible=False, axis="y")


def _rung(axes: Axes, row: Any, styles: Styles) -> None:
    style, y = styles[row.series], row.Index
    if _slow_start(row):
        axes.plot([row.whole_s, row.total_s], [y, y], color=style.color, lw=1.2, alpha=0.55)
        axes.plot([row.total_s], [y], color=style.color, marker="|", ms=8, alpha=0.55)
    if not math.isnan(row.low_s):
        axes.plot([row.low_s, row.high_s], [y, y], color=style.color, lw=3.2, alpha=0.5)
    face = style.color if row.whole else PAPER
    axes.plot([row.whole_s], [y], style.marker, color=style.color, mfc=face, mew=1.6, ms=7.5)
    _number(axes, row)


def _slow_start(row: Any) -> bool:
    return bool(row.total_s > row.whole_s * (1 + _WORTH_SHOWING))


def _number(axes: Axes, row: Any) -> None:
    """Write the time in a column of its own, with what has to be known about it beneath."""
    notes = [] if row.whole else [f"extrapolated from {units.plural(row.timed_epochs, 'epoch')}"]
    notes += [f"+ {units.seconds(row.prepare_s)} to prepare"] if _slow_start(row) else []
    place = axes.get_yaxis_transform()
    top = row.Index - 0.15 * len(notes)
    axes.text(1.04, top, units.seconds(row.whole_s), transform=place, va="center", weight="bold")
    for i, note in enumerate(notes, 1):
        axes.text(1.04, top + 0.32 * i, note, transform=place, va="center", fontsize=8.8, color=MUTED)


def alt(frame: pd.DataFrame) -> str:
    """Return the picture in words: every time, fastest first."""
    times = [f"{row.series} {units.seconds(row.whole_s)}{_scaled(row)}" for row in each(frame)]
    return f"Dot plot with a logarithmic time axis, fastest first: {units.listing(times)}."


def _scaled(row: Any) -> str:
    return "" if row.whole else f" (extrapolated from {units.plural(row.timed_epochs, 'epoch')})"
