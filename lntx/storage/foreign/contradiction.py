"""Raw rounds beside what the same file states of them: where both can't be true, neither is believed.

A script may have kept few of the rounds, scaled one of the two, or put a single value in the place of all.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

_NEAR = 0.01  # of a time: far more than sums differ by, and far less than any margin
_OF: Mapping[str, Callable[[Sequence[float]], float]] = {
    "minimum": min,
    "median": statistics.median,
    "mean": statistics.fmean,
    "maximum": max,
}
_KEYS = {"minimum": "min", "maximum": "max"}


def of(rounds: Sequence[float], stats: Mapping[str, Any]) -> str:
    """Say in what stated times or their number contradict the rounds; empty for nothing. What is no number states nothing."""
    count = _number(stats.get("rounds"))
    if count is not None and count != len(rounds):
        return f"its stats state {count:g} rounds and hold {len(rounds):,}: one of both is wrong"
    stated = {name: _number(stats.get(_KEYS.get(name, name))) for name in _OF}
    known = {name: value for name, value in stated.items() if value is not None}
    for name, value in known.items():
        found = _OF[name](rounds)
        apart = abs(value - found)
        if apart > _NEAR * found and apart > max(_half(known.values()), _half(rounds)):
            return (
                f"its stats state a {name} of {value:g} s, and that of its rounds is {found:g} s: one of both is wrong"
            )
    return ""


def _number(value: Any) -> float | None:
    """Take a stated number; None for what is none, on which nothing rests where there are rounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _half(values: Iterable[float]) -> float:
    """Return half of the last decimal that any of some times is written with: so much may rounding have moved all of them."""
    last = min(int(Decimal(repr(value)).as_tuple().exponent) for value in values)
    return 0.5 * 10.0**last * (1 + _NEAR)
