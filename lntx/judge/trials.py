"""Trials of the rules: thousands of suites with known truths, judged as a gate would judge them.

What goes in are the scores of pairs, made up or taken from stored gates, so that the error rates which the rules promise
can be counted, and anybody can count them again.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lntx.judge import sequence
from lntx.judge.prior import Numbers, fitted
from lntx.verdict import Rules

Outcomes = npt.NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of each benchmark of each suite: arrays of suites x benchmarks, bounds are those of the interval shown."""

    outcomes: Outcomes
    pairs: Outcomes
    low: Numbers
    high: Numbers

    def share(self, outcome: int) -> float:
        """Share of the benchmarks with an outcome."""
        return float(np.mean(self.outcomes == outcome))

    def suites(self, outcome: int) -> float:
        """Share of the suites in which any benchmark has an outcome."""
        return float(np.mean((self.outcomes == outcome).any(axis=1)))

    def coverage(self, truth: float) -> float:
        """Share of the intervals that hold the true logarithm of the ratio."""
        return float(np.mean((self.low <= truth) & (truth <= self.high)))


def trial(values: Numbers, rules: Rules) -> Trial:
    """Judge suites by the scores of their pairs (suites x benchmarks x pairs), look by look, as a `Court` does."""
    suites, benchmarks, _ = values.shape
    shape = (suites, benchmarks)
    outcomes, pairs = np.zeros(shape, int), np.zeros(shape, int)
    centers, variances, counts = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    low, high = np.zeros(shape), np.zeros(shape)
    for look in rules.looks:
        left = outcomes == sequence.OPEN
        seen = values[..., :look]
        centers[left], variances[left], counts[left] = seen.mean(axis=2)[left], seen.var(axis=2, ddof=1)[left], look
        prior, dofs = fitted(variances, counts - 1)
        found = sequence.estimates(centers, variances, counts, prior, dofs)
        tail = (1 - sequence.CONFIDENCE) / 2
        low[left], high[left], pairs[left] = found.low(tail)[left], found.high(tail)[left], look
        outcomes[left] = sequence.decided(found, rules, benchmarks)[left]
    return Trial(outcomes, pairs, low, high)
