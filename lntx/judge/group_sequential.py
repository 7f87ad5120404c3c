"""The sequential test: what may be said after so many pairs, at error rates that are paid for in advance.

The suite's probability of a false alarm is split evenly over benchmarks and looks (Bonferroni: whatever correlations there
are, it holds); that of missing a slowdown over looks. An estimate is the mean of the scores, its variance is between pairs
alone, moved towards the prior. All functions take arrays with one number for each benchmark on the last axis.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lntx.errors import InputError
from lntx.judge.prior import moderated
from lntx.judge.special import Numbers, student_quantile
from lntx.result import Rules
from lntx.verdict import Verdict

CONFIDENCE = 0.955
"""Of the interval that is shown as one of 95 %: what one that may stop early needs so that 93 to 97 % hold the truth."""
_HALF = 0.5
_RARE = 0.1  # part of the false alarms that the sums of rare, slow calls may use
OPEN, SAME, SLOWER, FASTER = range(4)
SURE_PAIRS, SURE_RUNNERS = 8, 3
"""From how many on a benchmark's own variance is word enough for an alarm: pairs of one runner, and runners of a joined gate."""
VERDICTS: dict[int, Verdict] = {
    OPEN: Verdict.INCONCLUSIVE,
    SAME: Verdict.SAME,
    SLOWER: Verdict.SLOWER,
    FASTER: Verdict.FASTER,
}


@dataclass(frozen=True, slots=True)
class Estimates:
    """Mean scores with their standard errors and the degrees of freedom of their t; `counts` are the pairs behind them.

    `alarming` are the errors that an alarm must hold against, never smaller than `errors`.
    """

    centers: Numbers
    errors: Numbers
    dofs: Numbers
    counts: Numbers
    alarming: Numbers

    def low(self, level: float) -> Numbers:
        """Return the bound below which the truth lies with a probability of `level`."""
        return self.centers - self._quantile(level) * self.errors

    def high(self, level: float) -> Numbers:
        """Return the bound above which the truth lies with a probability of `level`."""
        return self.centers + self._quantile(level) * self.errors

    def surely_above(self, level: float) -> Numbers:
        """Return the bound below which the truth lies with a probability of `level`, as far as an alarm may rest on it."""
        return self.centers - self._quantile(level) * self.alarming

    def surely_below(self, level: float) -> Numbers:
        """Return the bound above which the truth lies with a probability of `level`, as far as an alarm may rest on it."""
        return self.centers + self._quantile(level) * self.alarming

    def needed(self, level: float, distance: float) -> Numbers:
        """Tell how many pairs would bring the bound at `level` within this distance of the mean."""
        return np.asarray(self.counts * (self._quantile(level) * self.errors / distance) ** 2)

    def at(self, index: int) -> "Estimates":
        """Return one benchmark's alone."""
        parts = (self.centers, self.errors, self.dofs, self.counts, self.alarming)
        return Estimates(*(np.asarray(part[..., index]) for part in parts))

    def _quantile(self, level: float) -> Numbers:
        known = self.dofs > 0
        quantiles = -student_quantile(np.where(known, self.dofs, 1.0), level)
        return np.asarray(np.where(known, quantiles, np.inf))


def estimates(
    centers: Numbers,
    variances: Numbers,
    counts: Numbers,
    prior: Numbers,
    prior_dofs: Numbers,
    doubt: Numbers,
    sure: int = SURE_PAIRS,
) -> Estimates:
    """Estimate from the moments of the scores: their means, variances (with one degree of freedom less) and counts.

    `doubt` is the upper quartile of the suite's variances. Below eight pairs an alarm must hold even if this benchmark were
    as noisy as that: where processes come in two kinds, as likely one as the other, four pairs agree by chance now and then,
    and their variance says nothing of what pairs differ by. From eight pairs on (`sure`) that is too rare to count; among
    runners, each the mean of its pairs, from three on.
    """
    joined, dofs = moderated(variances, np.maximum(counts - 1, 0), prior, prior_dofs)
    usable, pairs = np.where(counts > 0, dofs, 0.0), np.maximum(counts, 1)
    doubted = np.where(counts < sure, np.maximum(joined, doubt), joined)
    return Estimates(centers, np.sqrt(joined / pairs), usable, counts, np.sqrt(doubted / pairs))


def check(rules: Rules) -> None:
    """Raise InputError, in one line, for rules that can't be kept."""
    looks = rules.looks
    if not looks or min(looks) < 1 or list(looks) != sorted(set(looks)):
        raise InputError(
            f"the looks must be rising numbers of pairs, as 4, 8, 16, not {', '.join(map(str, looks)) or 'none'}"
        )
    for name, share in (("alarms", rules.alarms), ("misses", rules.misses)):
        if not 0 < share < _HALF:
            raise InputError(f"the probability of {name} must lie between 0 and {_HALF}, not be {share:g}")
    if not 0 <= rules.margin < rules.tolerated < 1:
        raise InputError(
            f"the margin ({rules.margin:g}) must be less than the slowdown that is tolerated ({rules.tolerated:g}),"
            " both fractions below 1"
        )


def alarm_level(rules: Rules, tests: int) -> float:
    """Share of the suite's false alarms that one benchmark's scores may use at one look."""
    return (1 - _RARE) * _each(rules, tests)


def rare_level(rules: Rules, tests: int) -> float:
    """Share of the suite's false alarms that the sums of one benchmark's calls may use at one look."""
    return _RARE * _each(rules, tests)


def _each(rules: Rules, tests: int) -> float:
    return rules.alarms / (max(tests, 1) * len(rules.looks))


def miss_level(rules: Rules) -> float:
    """Share of a benchmark's misses that one look may use."""
    return rules.misses / len(rules.looks)


def decided(
    found: Estimates, rules: Rules, tests: int, *, last: bool, own: Sequence[Rules] = ()
) -> npt.NDArray[np.int_]:
    """Say of each benchmark what may be said now: OPEN, SAME, SLOWER or FASTER.

    `own` are the rules of each, where some have another margin or tolerate another slowdown than the suite. The levels are the
    suite's: an alarm of a benchmark that is no slower than its own margin is no more likely than any other's.

    What looks faster by the interval that is shown, and isn't surely so yet, is called the same at the last look only:
    an improvement is worth some more pairs.
    """
    alarm, each = alarm_level(rules, tests), own or (rules,)
    margin, tolerated = (np.log1p([getattr(one, name) for one in each]) for name in ("margin", "tolerated"))
    slower = found.surely_above(alarm) > margin
    faster = found.surely_below(alarm) < -margin
    promising = found.high((1 - CONFIDENCE) / 2) < -margin
    same = (found.high(miss_level(rules)) < tolerated) & (last | ~promising)
    return np.select([slower, faster, same], [SLOWER, FASTER, SAME], OPEN)
