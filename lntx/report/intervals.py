"""Intervals between processes, never between the rounds of one.

Rounds inside a process share its memory layout, its caches and its luck, so they are not replicates: each process gives
one number. Times are positive and their noise multiplies, so the interval is Student's t on their logarithms. What
stands before it is their median, as everywhere: a process that was disturbed widens the interval, and moves nothing. With a
single process there is no interval, and an `Interval` says so with None instead of inventing a width.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from lntx.judge.scores import welch
from lntx.judge.special import student_bound

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A centre with its bounds, which are None where fewer than two processes were measured."""

    center: float
    low: float | None
    high: float | None
    count: int
    confidence: float = CONFIDENCE

    @property
    def known(self) -> bool:
        """Whether there are bounds at all."""
        return self.low is not None and self.high is not None

    def excludes(self, value: float) -> bool:
        """Whether the value lies outside the bounds; False without bounds."""
        return self.low is not None and self.high is not None and not self.low <= value <= self.high


def linear(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Return the median and the t interval of the mean, for numbers whose noise adds (exponents, for instance)."""
    center, mean, count = statistics.median(values), statistics.fmean(values), len(values)
    if count == 1:
        return Interval(center, None, None, count, confidence)
    t = student_bound(count - 1, (1 + confidence) / 2)
    half_width = t * statistics.stdev(values) / math.sqrt(count)
    return Interval(center, min(center, mean - half_width), max(center, mean + half_width), count, confidence)


def geometric(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Return the median and the t interval of the geometric mean, for positive numbers whose noise multiplies."""
    logs = linear([math.log(value) for value in values], confidence)
    low, high = (None if bound is None else math.exp(bound) for bound in (logs.low, logs.high))
    return Interval(math.exp(logs.center), low, high, logs.count, confidence)


def ratio(above: Sequence[float], below: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """How many times `above` is `below`: processes are paired by their turn, as they met the same drift."""
    return geometric([a / b for a, b in zip(above, below, strict=False)], confidence)


def apart(above: Sequence[float], below: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """How many times `above` is `below`, where no processes belong together: Welch's t interval, on logarithms."""
    center = statistics.median(map(math.log, above)) - statistics.median(map(math.log, below))
    center, count = math.exp(center), min(len(above), len(below))
    bounds = welch(above, below, confidence)
    if bounds is None:
        return Interval(center, None, None, count, confidence)
    return Interval(center, min(center, bounds[0]), max(center, bounds[1]), count, confidence)


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Fit the exponent p of y = c x^p by least squares on logarithms."""
    return statistics.linear_regression([math.log(value) for value in x], [math.log(value) for value in y]).slope
