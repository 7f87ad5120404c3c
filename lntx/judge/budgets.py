"""Budgets: what a benchmark may take in head at most, whatever base takes.

Over budget is only what surely is: time where its interval lies above the limit, at a level that is paid for from the suite's
false alarms; memory where it is more than processes of equal code differ by. What can't be told from its limit fails
nothing, and is said. Time is judged where it is measured: the same code in both arms isn't timed.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lntx.constraints import Number
from lntx.judge import globs
from lntx.judge.counts import PEAK
from lntx.judge.group_sequential import CONFIDENCE, Estimates, alarm_level
from lntx.judge.quantities import said_seconds, said_size, seconds, size
from lntx.judge.scores import heads
from lntx.judge.sequential_test import estimated
from lntx.result import Budget, Rules, Stream, Surveyed

_SLACK = 0.01  # of a limit of memory: bytes differ between processes
_EXACT = 6  # figures of a limit, which somebody wrote
_DOES = {"time": "takes", "memory": "allocates"}


@dataclass(frozen=True, slots=True)
class Limit:
    """A table of the project's own file: what each benchmark that a glob names may take at most, as "2.5 ms" and "20 MiB"."""

    benchmark: str
    time: str | Number = ""
    memory: str | Number = ""
    why: str = ""


def fault(one: Limit) -> str:
    """Return in words what is wrong with a table; empty for a right one."""
    if one.time == one.memory == "":
        return "needs a time or a memory"
    for key, text, read in (("time", one.time, seconds), ("memory", one.memory, size)):
        try:
            _ = text == "" or read(text)
        except ValueError as error:
            return f"{key}: {error}"
    return ""


def asked(limits: Sequence[Limit], names: Sequence[str]) -> tuple[Budget, ...]:
    """Return the budgets of benchmarks; of each measure the last table that means a benchmark counts."""
    timed, weighed = [one for one in limits if one.time != ""], [one for one in limits if one.memory != ""]
    found = []
    for name in names:
        if limit := globs.last(timed, name):
            found.append(Budget(name, "time", seconds(limit.time), why=limit.why))
        if limit := globs.last(weighed, name):
            found.append(Budget(name, "memory", size(limit.memory), why=limit.why))
    return tuple(found)


def timed(budgets: Sequence[Budget], names: Sequence[str]) -> int:
    """Count the budgets of time of the benchmarks that are timed."""
    return sum(one.measure == "time" and one.name in names for one in budgets)


def suspects(budgets: Sequence[Budget], surveyed: Surveyed) -> bool:
    """Return whether a benchmark's memory may be over its budget, so that it is worth another look."""
    return any(
        one.measure == "memory" and one.name == surveyed.name and (_peak(surveyed) or 0) > one.limit for one in budgets
    )


def judged(
    budgets: Sequence[Budget],
    surveyed: Sequence[Surveyed],
    streams: Mapping[str, Stream],
    rules: Rules,
    tests: int,
    unusable: str = "",
) -> tuple[Budget, ...]:
    """Judge budgets; `tests` counts all that may raise an alarm by time, `unusable` says why no time of the run counts."""
    if not budgets:
        return ()
    found = {name: heads(stream) for name, stream in streams.items() if not stream.sentinel}
    several = estimated(list(found.values()), [None] * len(found))
    estimates = {name: several.at(i) for i, (name, scored) in enumerate(found.items()) if scored.values}
    level, known = alarm_level(rules, tests), {one.name: one for one in surveyed}
    return tuple(
        _weighed(one, known[one.name])
        if one.measure == "memory"
        else _timed(one, known[one.name], estimates.get(one.name), level, unusable)
        for one in budgets
        if one.name in known
    )


def _weighed(budget: Budget, surveyed: Surveyed) -> Budget:
    peak = _peak(surveyed)
    if peak is None:
        return replace(budget, outcome="unknown", reason=_unable(surveyed) or "what it allocates wasn't counted")
    if peak <= budget.limit:
        return replace(budget, outcome="within", value=peak)
    return replace(budget, outcome="over" if peak > (1 + _SLACK) * budget.limit else "undecided", value=peak)


def _timed(budget: Budget, surveyed: Surveyed, found: Estimates | None, level: float, unusable: str) -> Budget:
    same = "both arms execute the same code, so it isn't timed" if surveyed.identical else ""
    if reason := _unable(surveyed) or same or unusable:
        return replace(budget, outcome="unknown", reason=reason)
    if found is None:
        return replace(budget, outcome="unknown", reason="it gave no times")
    limit, tail = math.log(budget.limit), (1 - CONFIDENCE) / 2
    low, high = float(found.low(tail)), float(found.high(tail))
    sure = float(found.surely_above(level))
    told = replace(budget, value=math.exp(float(found.centers)), low=_seconds(low), high=_seconds(high))
    return replace(told, outcome="over" if sure > limit else "within" if high < limit else "undecided")


def _unable(surveyed: Surveyed) -> str:
    """Say why nothing was measured of a benchmark; empty where it was."""
    if {surveyed.base, surveyed.head} <= {"skipped", "absent"}:
        return "it is left out"
    if surveyed.head != "passed":
        return "it doesn't pass in head"
    return "" if surveyed.base == "passed" else "base can't run it, so it isn't measured"


def _peak(surveyed: Surveyed) -> float | None:
    return next((count.head for count in surveyed.counts if count.name == PEAK), None)


def _seconds(logarithm: float) -> float | None:
    """Return a bound; None for one that is at infinity."""
    return math.exp(logarithm) if abs(logarithm) < 100 else None  # noqa: PLR2004  (e^100 s)


def said(one: Budget) -> str:
    """Say what a benchmark takes of its budget, and the project's reason for that."""
    if one.value is None:
        return f"its budget of {limit(one)} isn't judged: {one.reason}"
    beside = {"over": "over", "within": "within", "undecided": "too near to tell from"}[one.outcome]
    why = f" ({one.why})" if one.why.strip() else ""
    return f"{_DOES[one.measure]} {value(one)}, {beside} its budget of {limit(one)}{why}"


def limit(one: Budget) -> str:
    """Write the limit, as exactly as it was given."""
    return said_seconds(one.limit, _EXACT) if one.measure == "time" else said_size(one.limit, _EXACT)


def value(one: Budget) -> str:
    """Write what head takes, with its interval where it has one; empty where nothing is known."""
    if one.value is None:
        return ""
    if one.measure == "memory":
        return f"{said_size(one.value)} at its peak"
    bounds = "" if None in {one.low, one.high} else f" ({said_seconds(one.low or 0)} to {said_seconds(one.high or 0)})"
    return said_seconds(one.value) + bounds


def notes(budgets: Sequence[Budget]) -> Iterator[str]:
    """Say which budgets aren't judged, or can't be told from what is taken, and why."""
    unknown: dict[tuple[str, str], list[str]] = {}
    for one in budgets:
        if one.outcome == "unknown":
            unknown.setdefault((one.measure, one.reason), []).append(one.name)
    for (measure, reason), names in unknown.items():
        yield f"the budget of {measure} isn't judged of {globs.listed(names)}: {reason}"
    yield from (f"{one.name} {said(one)}, so it fails nothing" for one in budgets if one.outcome == "undecided")
