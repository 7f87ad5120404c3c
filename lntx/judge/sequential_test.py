"""The sequential test: it looks at fixed numbers of pairs, and closes each benchmark once something may be said of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lntx.judge import group_sequential, rare_calls
from lntx.judge.group_sequential import CONFIDENCE, OPEN, SAME, SLOWER, VERDICTS, Estimates, alarm_level, miss_level
from lntx.judge.margins import Margins, said
from lntx.judge.prior import Prior, fit_prior, joined, upper_quartile
from lntx.judge.rare_calls import Sums
from lntx.judge.scores import FIRST_CALL, Scores, firsts, units
from lntx.result import BenchmarkResult, Rules, Stream
from lntx.verdict import Verdict

_MUCH = 0.25  # of the pairs or quads: what is named as the noise's main cause
_FURTHEST = 10_000  # pairs: where more are needed, a number would be no advice


class SequentialTest:
    """Decides benchmarks by name. `known` is what A/A data of earlier gates say of their variances.

    `margins` are the limits of those that have their own; `budgets` counts the budgets of time that are judged beside them, and
    may raise an alarm too. Raises InputError for rules that can't be kept.
    """

    def __init__(
        self,
        rules: Rules,
        names: Sequence[str],
        known: Mapping[str, Prior] | None = None,
        margins: Margins | None = None,
        budgets: int = 0,
    ) -> None:
        self.rules, self.budgets = rules, budgets
        self.own = {
            name: replace(rules, margin=margin, tolerated=most) for name, (margin, most) in (margins or {}).items()
        }
        for one in (rules, *self.own.values()):
            group_sequential.check(one)
        self.names = tuple(dict.fromkeys(names))
        self.known = dict(known or {})
        self.decided: dict[str, BenchmarkResult] = {}

    def look(self, streams: Mapping[str, Stream]) -> dict[str, BenchmarkResult]:
        """Return what is newly decided after a look's number of pairs; at the cap, all that was left.

        Between the looks nothing is decided, as nothing was paid for that. Streams of benchmarks that were decided before
        must still be there: the others learn from them.
        """
        pairs = max((pair.number for stream in streams.values() for pair in stream.pairs), default=0)
        if pairs not in self.rules.looks and pairs < self.rules.cap:
            return {}
        return self._judge(streams, closing=pairs >= self.rules.cap)

    def close(self, streams: Mapping[str, Stream]) -> dict[str, BenchmarkResult]:
        """Return all that was left as inconclusive, with what can be said of it, as where a gate is interrupted."""
        return self._judge(streams, closing=True, deciding=False)

    def firsts(self, streams: Mapping[str, Stream]) -> dict[str, BenchmarkResult]:
        """Judge the first calls where they are a matter of their own, by the benchmark's name with `[first call]` added.

        To be asked once, when all is measured. They learn from each other, not from later calls.
        """
        found = self._firsts(streams)
        estimates = estimated(list(found.values()), [None] * len(found))
        tests = self.tests(streams)
        outcomes = self._outcomes(estimates, list(found), tests, last=True)
        return {
            name: self._explained(name, found[name], estimates.at(i), int(outcomes[i]), tests)
            for i, name in enumerate(found)
        }

    def _judge(
        self, streams: Mapping[str, Stream], *, closing: bool, deciding: bool = True
    ) -> dict[str, BenchmarkResult]:
        found = [units(streams.get(name, Stream(name))) for name in self.names]
        estimates = estimated(found, [self.known.get(name) for name in self.names])
        tests = self.tests(streams)
        outcomes = self._outcomes(estimates, self.names, tests, last=closing) * deciding
        rare: dict[str, Sums] = {}
        for i, name in enumerate(self.names):
            sums = self._rare(streams, name, found[i], tests) if deciding else None
            if sums and (sums.sure or outcomes[i] != SLOWER):
                rare[name], outcomes[i] = sums, SLOWER if sums.sure else OPEN
        new = {
            name: rare_calls.told(
                self._explained(name, found[i], estimates.at(i), int(outcomes[i]), tests), rare.get(name)
            )
            for i, name in enumerate(self.names)
            if name not in self.decided and (closing or outcomes[i] != group_sequential.OPEN)
        }
        self.decided |= new
        return new

    def _rare(self, streams: Mapping[str, Stream], name: str, scored: Scores, tests: int) -> Sums | None:
        """Look for rare calls that take so much longer in head that its scores don't tell what it takes."""
        found = rare_calls.sums(streams[name], scored.values, self._rules(name), tests) if name in streams else None
        return found if found and found.likely else None

    def tests(self, streams: Mapping[str, Stream]) -> int:
        """Count what may raise an alarm: benchmarks, budgets, and the first calls that the first pair showed to matter."""
        return len(self.names) + len(self._firsts(streams)) + self.budgets

    def _outcomes(self, found: Estimates, names: Sequence[str], tests: int, *, last: bool) -> NDArray[np.int_]:
        own = [self._rules(name) for name in names] if self.own else ()
        return group_sequential.decided(found, self.rules, tests, last=last, own=own)

    def _rules(self, name: str) -> Rules:
        """Return the rules of a benchmark, and of its first calls."""
        return self.own.get(name.removesuffix(FIRST_CALL), self.rules)

    def _explained(self, name: str, found: Scores, estimate: Estimates, outcome: int, tests: int) -> BenchmarkResult:
        rules = self._rules(name)
        told = explain(name, found, estimate, outcome, rules, tests)
        if rules is self.rules:
            return told
        return replace(told, reason=f"{told.reason} (its own limits: {said(rules.margin, rules.tolerated)})")

    def _firsts(self, streams: Mapping[str, Stream]) -> dict[str, Scores]:
        found = {name: firsts(streams[name]) for name in self.names if name in streams}
        return {name + FIRST_CALL: scored for name, scored in found.items() if scored is not None}


def estimated(found: Sequence[Scores], known: Sequence[Prior | None]) -> Estimates:
    """Estimate each from its scores, with the variance that all of them, and what is known of each, make likely."""
    values = [np.array(scored.values) for scored in found]
    counts = np.array([len(value) for value in values], float)
    centers = np.array([value.mean() if len(value) else 0.0 for value in values])
    variances = np.array([value.var(ddof=1) if len(value) > 1 else 0.0 for value in values])
    prior, dofs = joined(*fit_prior(variances, np.maximum(counts - 1, 0)), known)
    joint = any(scored.runners for scored in found)
    sure = group_sequential.SURE_RUNNERS if joint else group_sequential.SURE_PAIRS
    return group_sequential.estimates(centers, variances, counts, prior, dofs, upper_quartile(variances), sure)


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
        pairs=found.pairs,
        seconds=found.seconds,
        excluded=excluded,
        needs=_needs(estimate, rules, tests) if outcome == OPEN and not found.runners else None,
    )


def _ratio(logarithm: NDArray[np.float64]) -> float | None:
    """Turn a logarithm into a ratio; None for a bound that is at infinity."""
    number = float(logarithm)
    return math.exp(number) if abs(number) < 100 else None  # noqa: PLR2004  (e^100: nothing that was timed)


def _said(outcome: int, excluded: float | None, estimate: Estimates, rules: Rules, tests: int) -> str:
    """Return what the error budget allows to say, which is less than the 95 % interval shows."""
    if outcome == SAME:
        return f"a slowdown of {_percent((excluded or 1) - 1)} or more is excluded"
    alarm, held = alarm_level(rules, tests), "at the level that the suite is held to"
    if outcome == SLOWER:
        return f"slower by at least {_percent(math.expm1(float(estimate.surely_above(alarm))))}, {held}"
    return f"faster by at least {_percent(-math.expm1(float(estimate.surely_below(alarm))))}, {held}"


def _noise(found: Scores, estimate: Estimates) -> str:
    """Return what dominated the noise."""
    count = found.pairs
    if found.unsettled > _MUCH * count:
        return f"non-stationary: {found.unsettled} of {count} pairs never came to rest"
    if found.disturbed > _MUCH * found.quads:
        return f"disturbed by the machine: {found.disturbed} of {found.quads} quads were set aside"
    if found.runners:
        spread = _percent(math.expm1(float(estimate.errors) * math.sqrt(found.runners)))
        return f"the {found.runners} runners differ by {spread}: more of them tell more, and more pairs of each don't"
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
