"""Ticks on a logarithmic axis: where they stand, and which of them have room for their words."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from lntx.report.drawing.library import Axis, Formatter, XAxis, mpl

MOST = 7
_MARKS = ((2, (1,)), (0.9, (1, 2, 5)), (0, (1, 1.5, 2, 3, 5, 7)))  # by decades on the axis
_LETTER, _GAP = 0.62, 0.8  # a letter's width, and the least gap between words, in sizes of type


def between(low: float, high: float) -> list[float]:
    """Find round values between two powers of ten: decades, thinned or, where they are few, filled with 2 and 5."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    step = max(1, math.ceil((high - low) / MOST))
    marks = next(marks for span, marks in _MARKS if high - low > span)
    found = [mark * 10.0**decade for decade in decades if decade % step == 0 for mark in marks]
    return [value for value in found if low <= math.log10(value) <= high]


class Words(Formatter):
    """Words for ticks: beside each other all that have room, else every second or third; each tick keeps its line.

    The room is known only when the picture is laid out, which is when this is asked.
    """

    def __init__(self, name: Callable[[float], str]) -> None:
        self.name = name

    def __call__(self, x: float, pos: int | None = None) -> str:  # noqa: ARG002  (matplotlib's signature)
        """Name one value."""
        return self.name(x)

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Name the values that have room."""
        names = [self.name(value) for value in values]
        axis = self.axis
        if not isinstance(axis, XAxis):
            return names
        shown = legible(values, [_LETTER * len(name) + _GAP for name in names], _decade(axis))
        return [name if value in shown else "" for name, value in zip(names, values, strict=True)]


def _decade(axis: Axis) -> float:
    """Measure how wide a decade is, in sizes of type."""
    low, high = (math.log10(end) for end in axis.axes.get_xlim())
    box = axis.axes.get_window_extent()
    points = box.width / axis.axes.get_figure(root=True).dpi * 72  # type: ignore[union-attr]
    return float(points / (high - low) / mpl.rcParams["font.size"])


def legible(values: Sequence[float], widths: Sequence[float], decade: float) -> set[float]:
    """Choose every first, second, third ... of some rising values, so that words of these widths don't overlap.

    Of equal choices it takes the one with the most powers of ten, and of these of a thousand, where units change.
    """
    places = [math.log10(value) * decade for value in values]
    for step in range(1, len(values)):
        kept = [range(first, len(values), step) for first in range(step)]
        free = [
            part
            for part in kept
            if all(places[b] - places[a] >= (widths[a] + widths[b]) / 2 for a, b in pairwise(part))
        ]
        if free:
            return {values[i] for i in max(free, key=lambda part: _roundness([values[i] for i in part]))}
    return set(values[:1])


def _roundness(values: Sequence[float]) -> tuple[int, int]:
    powers = [math.log10(value) for value in values]
    whole = [round(power) for power in powers if abs(power - round(power)) < 1e-6]  # noqa: PLR2004
    return len(whole), sum(power % 3 == 0 for power in whole)
