"""From an estimate and what it decides to the words and numbers that people see."""

import math

import numpy as np
from numpy.typing import NDArray

from lntx.judge.scores import Scores
from lntx.judge.sequence import CONFIDENCE, OPEN, SAME, SLOWER, VERDICTS, Estimates, alarm_level, miss_level
from lntx.result import BenchmarkResult, Rules, Verdict

_MUCH = 0.25  # of the pairs or quads: what is named as the noise's main cause
_FURTHEST = 10_000  # pairs: where more are needed, a number would be no advice


def explain(name: str, found: Scores, estimate: Estimates, outcome: int, rules: Rules, tests: int) -> BenchmarkResult:
    """Say of one benchmark what was decided; `estimate` is of that benchmark alone, `outcome` one of `sequence`'s."""
    if not found.values:
        return BenchmarkResult(name, Verdict.INCONCLUSIVE, "time", "it gave no times")
    tail = (1 - CONFIDENCE) / 2
    excluded = _ratio(estimate.high(miss_level(rules)))
    return BenchmarkResult(
        name=name,
        verdict=VERDICTS[outcome],
        means="time",
        reason=_noise(found, estimate) if outcome == OPEN else _said(outcome, excluded, estimate, rules, tests),
        ratio=_ratio(estimate.centers),
        low=_ratio(estimate.low(tail)),
        high=_ratio(estimate.high(tail)),
        pairs=len(found.values),
        seconds=found.seconds,
        excluded=excluded,
        needs=_needs(estimate, rules, tests) if outcome == OPEN else None,
    )


def _ratio(logarithm: NDArray[np.float64]) -> float | None:
    """Turn a logarithm into a ratio; None for a bound that is at infinity."""
    number = float(logarithm)
    return math.exp(number) if abs(number) < 100 else None  # noqa: PLR2004  (e^100: nothing that was timed)


def _said(outcome: int, excluded: float | None, estimate: Estimates, rules: Rules, tests: int) -> str:
    """Say what the error budget allows to say, which is less than the 95 % interval shows."""
    if outcome == SAME:
        return f"a slowdown of {_percent((excluded or 1) - 1)} or more is excluded"
    alarm, held = alarm_level(rules, tests), "at the level that the suite is held to"
    if outcome == SLOWER:
        return f"slower by at least {_percent(math.expm1(float(estimate.surely_above(alarm))))}, {held}"
    return f"faster by at least {_percent(-math.expm1(float(estimate.surely_below(alarm))))}, {held}"


def _noise(found: Scores, estimate: Estimates) -> str:
    """Say what dominated the noise."""
    count = len(found.values)
    if found.unsettled > _MUCH * count:
        return f"non-stationary: {found.unsettled} of {count} pairs never came to rest"
    if found.disturbed > _MUCH * found.quads:
        return f"disturbed by the machine: {found.disturbed} of {found.quads} quads were set aside"
    variance = float(estimate.errors) ** 2 * count
    spread, inside = (_percent(math.expm1(math.sqrt(value))) for value in (variance, found.within))
    if found.within > variance / 2:
        return f"pairs differ by {spread}, mostly from what varies inside a process ({inside})"
    return f"pairs differ by {spread}: each pair of processes has its own luck"


def _needs(estimate: Estimates, rules: Rules, tests: int) -> int | None:
    """Tell how many pairs a decision would take, if mean and spread stayed as they are; None where no number would do."""
    center = float(estimate.centers)
    ways = (
        (miss_level(rules), math.log1p(rules.tolerated) - center),
        (alarm_level(rules, tests), abs(center) - math.log1p(rules.margin)),
    )
    needed = [float(estimate.needed(level, distance)) for level, distance in ways if distance > 0]
    finite = [pairs for pairs in needed if pairs < _FURTHEST]
    return max(math.ceil(min(finite)), rules.cap + 1) if finite else None


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.2g} %"
