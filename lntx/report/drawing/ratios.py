"""An axis of ratios: logarithmic, so that twice and half lie equally far from 1, with round numbers on it."""

import math
from collections.abc import Iterable

from lntx.report.drawing import axes, ticks
from lntx.report.drawing.library import Axis, FixedLocator, FuncFormatter, NullLocator
from lntx.report.units import TIMES

Span = tuple[float, float]
_STEPS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_WIDE = math.log(2.5)  # from here on ticks at 1, 2, 5 do
_ROOM = 0.05
_FURTHEST = math.log(1000)  # what lies beyond stands on the edge


def ratios(axis: Axis, limits: Span, most: int = 6) -> None:
    """Make an axis one of ratios, over a span."""
    axes.span(axis, *limits)
    axis.set_major_locator(FixedLocator(marks(limits, most)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.10g}{TIMES}"))


def marks(limits: Span, most: int = 6) -> list[float]:
    """Find round ratios within a span."""
    low, high = limits
    if math.log(high / low) > _WIDE:
        found = ticks.between(math.log10(low), math.log10(high))
        return found[:: math.ceil(len(found) / most)] if found else [1.0]
    step = next((step for step in _STEPS if (high - low) / step <= most), _STEPS[-1])
    return [round(k * step, 6) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def span(inner: Iterable[float], outer: Iterable[float]) -> Span:
    """Choose limits that hold all inner values, and of the outer ones those that leave the others room."""
    logs = [max(min(math.log(value), _FURTHEST), -_FURTHEST) for value in inner]
    low, high = min(logs), max(logs)
    reach = max(high - low, math.log(1.01))
    near = [log for log in map(math.log, outer) if low - reach <= log <= high + reach]
    low, high = min([low, *near]), max([high, *near])
    room = _ROOM * (high - low)
    return math.exp(low - room), math.exp(high + room)


def usable(values: Iterable[float]) -> list[float]:
    """Leave out what has no logarithm."""
    return [value for value in values if 0 < value < math.inf]
