"""Trials of the rules: thousands of suites with known truths, judged as a gate would judge them.

What goes in are the scores of pairs, made up or taken from stored gates, so that the error rates which the rules promise
can be counted, and anybody can count them again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lntx.judge import sequence
from lntx.judge.noise import NOISES
from lntx.judge.prior import Numbers, Prior, fitted, joined, upper_quartile
from lntx.result import Rules

Outcomes = npt.NDArray[np.int_]
SLOWDOWNS = (0.0, 0.01, 0.03, 0.05, 0.10)
_HEADINGS = (
    "noise of a pair",
    "slower by",
    "suites with `slower`",
    "`slower`",
    "`same`",
    "inconclusive",
    "pairs",
    "intervals that hold the truth",
)


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


def trial(values: Numbers, rules: Rules, known: Prior | None = None) -> Trial:
    """Judge suites by the scores of their pairs (suites x benchmarks x pairs), look by look, as a `SequentialTest` does.

    `known` is what was known before of every benchmark.
    """
    suites, benchmarks, _ = values.shape
    shape = (suites, benchmarks)
    outcomes, pairs = np.zeros(shape, int), np.zeros(shape, int)
    variances, counts = np.zeros(shape), np.zeros(shape)
    low, high = np.zeros(shape), np.zeros(shape)
    tail = (1 - sequence.CONFIDENCE) / 2
    for look in rules.looks:
        left = outcomes == sequence.OPEN
        seen = values[left][:, :look]
        variances[left], counts[left] = seen.var(axis=1, ddof=1), look
        prior, dofs = joined(*fitted(variances, counts - 1), [known] * benchmarks)
        doubt = upper_quartile(variances)
        moments = (seen.mean(axis=1), *(part[left] for part in (variances, counts, prior, dofs, doubt)))
        found = sequence.estimates(*moments)
        low[left], high[left], pairs[left] = found.low(tail), found.high(tail), look
        outcomes[left] = sequence.decided(found, rules, benchmarks, last=look == rules.cap)
    return Trial(outcomes, pairs, low, high)


@dataclass(frozen=True, slots=True)
class Row:
    """What the rules say of one kind of noise and one slowdown; shares, and the mean number of pairs."""

    noise: str
    slowdown: float
    suites: float
    slower: float
    same: float
    inconclusive: float
    pairs: float
    coverage: float


def rows(
    rules: Rules,
    suites: int = 2000,
    benchmarks: int = 12,
    slowdowns: Sequence[float] = SLOWDOWNS,
    kinds: Iterable[str] = NOISES,
    seed: int = 0,
) -> Iterator[Row]:
    """Try the rules on suites with each kind of noise, all of whose benchmarks are slower by the same fraction."""
    for kind in kinds:
        values = NOISES[kind](np.random.default_rng(seed), (suites, benchmarks, rules.cap))
        for slowdown in slowdowns:
            truth = float(np.log1p(slowdown))
            found = trial(values + truth, rules)
            yield Row(
                noise=kind,
                slowdown=slowdown,
                suites=found.suites(sequence.SLOWER),
                slower=found.share(sequence.SLOWER),
                same=found.share(sequence.SAME),
                inconclusive=found.share(sequence.OPEN),
                pairs=float(found.pairs.mean()),
                coverage=found.coverage(truth),
            )


def markdown(found: Iterable[Row]) -> str:
    """Lay rows out as a Markdown table."""
    lines = [_HEADINGS, ("---",) * len(_HEADINGS), *map(_cells, found)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    shares = (row.suites, row.slower, row.same, row.inconclusive, row.coverage)
    suites, slower, same, inconclusive, coverage = (f"{share:.2%}" for share in shares)
    return row.noise, f"{row.slowdown:.0%}", suites, slower, same, inconclusive, f"{row.pairs:.1f}", coverage
