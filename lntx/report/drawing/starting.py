"""Lines of the time since a cold start against epochs done, and the places where a slow start has paid."""

import numpy as np
import pandas as pd

from lntx.report import units
from lntx.report.analysis.breakeven import NOTABLE
from lntx.report.drawing.axes import logarithmic
from lntx.report.drawing.library import Axes, Figure
from lntx.report.drawing.line_names import at_ends
from lntx.report.drawing.scaling import height
from lntx.report.drawing.style import WIDTH_IN, Styles
from lntx.report.rows import each

COLUMNS = ["picture", "series", "backend", "work", "cold_s", "timed_epochs", "start_s", "epoch_s", "epochs"]
COLUMNS += ["cold_whole_s", "steady_whole_s"]
"""What a frame has here, besides a column with the epoch from which on a start has paid."""

_HEIGHT_IN = 3.7
_FURTHEST = 1e6  # epochs, up to which a crossing is drawn
_NAMED, _APART = 4, 0.7  # crossings, and the decades between them, beyond or below which their words would overlap


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles, crossing: str) -> None:
    """Draw lines of cumulative time; `crossing` is the column of the epochs that are ringed."""
    figure.set_size_inches(WIDTH_IN, height(frame, _HEIGHT_IN))
    _lines(figure.add_subplot(), frame, styles, crossing)


def _lines(axes: Axes, frame: pd.DataFrame, styles: Styles, crossing: str) -> None:
    crossings = frame[crossing].dropna()
    epochs = np.geomspace(1, max(10, *frame["epochs"], *(2 * crossings.clip(upper=_FURTHEST))), 60)
    curves = {row.series: row.start_s + row.epoch_s * epochs for row in each(frame)}
    logarithmic(axes.xaxis, list(epochs), units.size, room=0.02)
    logarithmic(axes.yaxis, [value for curve in curves.values() for value in curve], units.tick)
    for name, curve in curves.items():
        style = styles[name]
        axes.plot(epochs, curve, style.marker, ls="-", color=style.color, mfc=style.face, markevery=[-1], ms=6)
    slow = frame[frame["start_s"] > NOTABLE * frame["cold_whole_s"]]
    named: list[float] = []
    for row in each(slow):
        epoch = getattr(row, crossing)
        alone = len(slow) <= _NAMED and not any(abs(np.log10(epoch / other)) < _APART for other in named)
        named += [epoch] if alone else []
        _crossing(axes, (epoch, row.start_s + row.epoch_s * epoch), styles[row.series].color, named=alone)
    at_ends(axes, [(name, float(epochs[-1]), float(curve[-1]), styles[name]) for name, curve in curves.items()])
    axes.set(xlabel="epochs done since a cold start", ylabel="time, extrapolated")


def _crossing(axes: Axes, place: tuple[float, float], color: str, *, named: bool) -> None:
    """Ring the epoch from which on a start has paid; what never pays is not a number and gets no ring."""
    if not 1 <= place[0] <= axes.get_xlim()[1]:
        return
    axes.plot(*place, "o", mfc="none", mec=color, ms=11, mew=1.4)
    if named:
        words = f"epoch {place[0]:,.0f}"
        axes.annotate(words, place, (-8, 8), textcoords="offset points", ha="right", fontsize=9.3)


def alt(frame: pd.DataFrame) -> str:
    """Return cold and steady times in words."""
    words = [
        f"{row.series} {units.seconds(row.cold_whole_s)} cold, {units.seconds(row.steady_whole_s)} steady"
        for row in each(frame)
    ]
    return f"Lines of the time since a cold start against epochs, extrapolated: {units.listing(words)}."
