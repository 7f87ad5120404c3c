"""Seconds in somebody else's words: what is one, and in a line why something isn't.

A time that can be used is a finite number above 0. One of 0 is no damage: the clock has not moved on meanwhile.
"""

import math
import reprlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lntx.constraints import LEAST_S, MOST_S

QUICK = (
    "it is quicker than the clock's tick, and measuring again would not help; let each round make more calls"
    " (benchmark.pedantic with more iterations)"
)
_STATED = ("min", "max", "mean", "stddev", "median", "iqr", "q1", "q3", "rounds", "total")
_ROUNDING = 1e-9
_KINDS = ((bool, "a truth value"), (str, "a text"), (Mapping, "an object"), (list, "a list"))


def kind(value: Any) -> str:
    """Say what a value of JSON is."""
    if value is None:
        return "null"
    return next((words for shape, words in _KINDS if isinstance(value, shape)), "a number")


def second(value: Any, place: str) -> float:
    """Return a value as seconds, 0 for none; ValueError, naming the place, for what is no time."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        shown = f" ({reprlib.repr(value)})" if isinstance(value, str) else ""
        raise ValueError(f"{place} is {kind(value)}{shown}, and no time")  # noqa: TRY004  (an error of the file)
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if math.isnan(found) or found > MOST_S:
        raise ValueError(f"{place} is {'not a number' if math.isnan(found) else 'infinite or too large'}, and no time")
    if found < LEAST_S and found != 0:
        raise ValueError(
            f"{place} is {found:g} s, {'less than nothing' if found < 0 else 'which no clock tells from 0'}"
        )
    return found


def rounds(data: Sequence[Any], place: str) -> tuple[float, ...]:
    """Return raw rounds in seconds; ValueError where one of them is no time, or took none."""
    found = tuple(second(value, f"{place}[{i}]") for i, value in enumerate(data))
    if none := sum(value == 0 for value in found):
        which = (
            f"{none:,} of its {len(found):,} rounds"
            if none < len(found)
            else "all its rounds"
            if none > 1
            else "its round"
        )
        raise ValueError(f"{which} took 0 s: {QUICK}")
    return found


def stated(stats: Mapping[str, Any], scale: float = 1.0, words: Mapping[str, str] | None = None) -> dict[str, float]:
    """Return what a file states of the rounds that it doesn't keep, under pytest-benchmark's names; times by a scale.

    `words` are the names that it has for them. ValueError where it states no time in the middle (a median or a mean), one
    that is none, or a minimum above the median.
    """
    given = {name: stats.get((words or {}).get(name, name)) for name in _STATED}
    middle = next((name for name in ("median", "mean") if given[name] is not None), "")
    if not middle:
        raise ValueError("it holds no rounds, and states neither their median nor their mean")
    found = {name: scale * second(given[name], f"its {name}") for name in ("min", middle) if given[name] is not None}
    if zero := next((name for name in ("min", middle) if found.get(name) == 0), ""):
        raise ValueError(f"its {zero} is 0 s: {QUICK}")
    if found.get("min", 0.0) > found[middle] * (1 + _ROUNDING):
        raise ValueError(f"its minimum, {found['min']:g} s, lies above its {middle}, {found[middle]:g} s")
    return found | _others(given, scale, found)


def _others(given: Mapping[str, Any], scale: float, known: Mapping[str, float]) -> dict[str, float]:
    """Return what else is stated, as far as it makes sense: nothing rests on it."""
    found: dict[str, float] = {}
    for name, value in given.items():
        if name not in known and value is not None:
            try:
                found[name] = second(value, name) * (1 if name in {"rounds", "total"} else scale)
            except ValueError:
                continue
    return found


def moment(value: Any) -> Any:
    """Return a date and time as ISO 8601 in UTC, taken for UTC where it names no zone; anything else as it is."""
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (TypeError, ValueError, OverflowError):
        return value
