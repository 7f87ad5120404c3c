"""Axes that read themselves: powers of ten with units, labels beside what they name, or a legend above."""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import pandas as pd

from lntx.report.drawing import ticks
from lntx.report.drawing.library import Axes, Axis, Figure, FixedLocator, FontProperties, NullLocator, text_to_path
from lntx.report.drawing.style import WIDTH_IN
from lntx.report.names import labels
from lntx.report.units import size

LABEL_LENGTH = 22
ROOM = 2.5
"""How far an interval may stretch an axis beyond the points, as a factor; what is wider ends at its edge."""
_LOWEST = 0.03
_CLOSE = 0.11  # share of an axis that a tick's words need
_LETTER_IN, _LEGEND_ROW_IN = 0.074, 0.19
_LEGEND_COLUMNS = 3
_LIMITS = (62, 50, 40, 30, 20, 12)  # letters of a label, the most that fit


def logarithmic(axis: Axis, values: Sequence[float], name: Callable[[float], str], room: float = 0.06) -> None:
    """Make an axis logarithmic over the values, with few ticks that carry their unit."""
    low, high = math.log10(min(values)), math.log10(max(values))
    margin = max((high - low) * room, 0.15)
    low, high = low - margin, high + margin
    span(axis, 10**low, 10**high)
    axis.set_major_locator(FixedLocator(ticks.between(low, high)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(ticks.Words(name))


def sizes(axis: Axis, values: Sequence[float]) -> None:
    """Make a logarithmic axis of sizes, with a tick at each where they are few."""
    logarithmic(axis, values, size)
    found = sorted(set(values))
    if len(found) <= ticks.MOST and all(b / a >= (found[-1] / found[0]) ** _CLOSE for a, b in pairwise(found)):
        axis.set_major_locator(FixedLocator(found))


def reach(points: pd.Series, low: pd.Series, high: pd.Series) -> list[float]:
    """Return what an axis must hold: the points, and their intervals unless they are so wide that nothing else could be seen."""
    least, most = points.min() / ROOM, points.max() * ROOM
    return [*points, *low.dropna().clip(lower=least), *high.dropna().clip(upper=most)]


def span(axis: Axis, low: float, high: float) -> None:
    """Make an axis logarithmic between two values."""
    (axis.axes.set_xscale if axis.axis_name == "x" else axis.axes.set_yscale)("log")  # type: ignore[attr-defined]
    (axis.axes.set_xlim if axis.axis_name == "x" else axis.axes.set_ylim)(low, high)  # type: ignore[attr-defined]


def fitting(texts: Iterable[str], shown: Sequence[str], width_in: float, points: float) -> dict[str, str]:
    """Give each name a label of its own, such that those shown are no wider than some inches, in letters of some points."""
    given = list(texts)
    for limit in _LIMITS:
        found = labels(given, limit)
        if widest((found[name] for name in shown), points) <= width_in:
            break
    return found


def widest(texts: Iterable[str], points: float) -> float:
    """Return how wide the widest of some words is in letters of some points, in inches."""
    font = FontProperties(size=points)
    widths = (text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] for text in texts)
    return float(max(widths, default=0.0)) / 72


def framed(figure: Figure, *, left: float, right: float, top: float, bottom: float) -> tuple[Axes, float]:
    """Add axes within margins of some inches; they, and their width in inches.

    For a picture whose margins hold columns of words: what lays others out takes those for part of the axes.
    """
    figure.set_layout_engine("none")
    width, height = figure.get_size_inches()
    inner = width - left - right
    return figure.add_axes((left / width, bottom / height, inner / width, (height - top - bottom) / height)), inner


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Move sorted heights apart to at least a gap, each cluster about its own middle."""
    clusters: list[list[float]] = []
    for height in heights:
        clusters.append([height])
        while len(clusters) > 1 and _bottom(clusters[-1], gap) - _top(clusters[-2], gap) < gap:
            clusters[-2:] = [clusters[-2] + clusters[-1]]
    found = [_bottom(cluster, gap) + gap * i for cluster in clusters for i in range(len(cluster))]
    raised = [max(height, _LOWEST + gap * i) for i, height in enumerate(found)]  # clear of the words below the axis
    above = range(len(raised) - 1, -1, -1)
    return [max(min(height, 1 - gap * i), _LOWEST) for height, i in zip(raised, above, strict=True)]


def _middle(cluster: Sequence[float]) -> float:
    return sum(cluster) / len(cluster)


def _bottom(cluster: Sequence[float], gap: float) -> float:
    return _middle(cluster) - gap * (len(cluster) - 1) / 2


def _top(cluster: Sequence[float], gap: float) -> float:
    return _middle(cluster) + gap * (len(cluster) - 1) / 2


def legend_above(figure: Figure) -> None:
    """Name what lies too close together to be labelled in place, and make the picture as much taller as that takes."""
    _, names = figure.axes[0].get_legend_handles_labels()
    columns = _columns(names)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + _LEGEND_ROW_IN * math.ceil(len(names) / columns))
    figure.legend(
        loc="outside upper left", ncols=columns, frameon=False, fontsize=9.5, handlelength=1.6,
        handletextpad=0.5, columnspacing=1.2, borderaxespad=0,
    )  # fmt: skip


def _columns(names: Sequence[str]) -> int:
    """Find how many names fit beside each other."""
    longest = min(max(map(len, names)), LABEL_LENGTH) + 4  # its marker and the gap take some letters' width
    return max(1, min(_LEGEND_COLUMNS, int(WIDTH_IN / (longest * _LETTER_IN))))
