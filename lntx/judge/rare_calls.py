"""Calls that are slow once in a while: a flush, a rehash, a collection, which a median of quads doesn't see.

What they cost is in the sum of all calls, and there the machine's disturbances are as well. So sums are no measure of a few
per cent; but that they are higher by a tenth and more, in pair after pair, is no machine's doing, which hits both arms alike.
Each pair gives the logarithm of what a call of head took over one of base, all that were timed together. Under equal code it is
as likely above 0 as below, whatever its spread, as the order of the arms is drawn; of such values Student's bound errs on the
safe side.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lntx.judge.group_sequential import CONFIDENCE, SURE_PAIRS, SURE_RUNNERS, rare_level
from lntx.judge.scores import totals
from lntx.judge.special import student_bound
from lntx.result import BenchmarkResult, Rules, Stream
from lntx.verdict import Verdict

LEAST = 0.10
"""How much more all calls together must take, at least, and how much more than the scores say."""
RARE = "calls that come once in a while got slower"
"""What the reason of such a verdict says."""
_MANY = 0.75  # of the pairs, of which that must hold
_FEWEST = 2  # pairs, of which there is a spread


@dataclass(frozen=True, slots=True)
class Sums:
    """What a call of head takes over one of base, all together: logarithms, `low` and `high` of a 95 % interval.

    `likely`: by so much, in so many pairs, that nothing else may be said; `sure`: at the level that the suite is held to.
    """

    center: float
    low: float
    high: float
    likely: bool = False
    sure: bool = False


def sums(stream: Stream, scored: Sequence[float], rules: Rules, tests: int) -> Sums | None:
    """Look at the sums of a benchmark's pairs beside their scores (`units`); None where they have no spread yet."""
    found = totals(stream)
    count = len(found.values)
    if count < _FEWEST:
        return None
    center, error = statistics.fmean(found.values), statistics.stdev(found.values) / math.sqrt(count)
    limit = math.log1p(max(LEAST, rules.tolerated))
    rare = [value - max(score, 0.0) > limit for value, score in zip(found.values, scored, strict=True)]
    likely = center > limit and sum(rare) >= _MANY * count
    enough = count >= (SURE_RUNNERS if found.runners else SURE_PAIRS)
    least = center - student_bound(count - 1, 1 - rare_level(rules, tests)) * error
    half = student_bound(count - 1, (1 + CONFIDENCE) / 2) * error
    return Sums(center, center - half, center + half, likely, likely and enough and least > math.log1p(rules.tolerated))


def told(by_scores: BenchmarkResult, found: Sums | None) -> BenchmarkResult:
    """Say what the sums tell instead of the scores, where there are such."""
    if found is None:
        return by_scores
    middle = "" if by_scores.ratio is None else f", in the middle of its batches {by_scores.ratio:.3f} times"
    sums = f"all calls together take {math.exp(found.center):.3g} times as long{middle}"
    what = f"{sums}: {RARE}"
    return replace(
        by_scores,
        verdict=Verdict.SLOWER if found.sure else Verdict.INCONCLUSIVE,
        reason=what if found.sure else f"{what}, as it seems; their sums differ too much from pair to pair to be sure",
        ratio=math.exp(found.center),
        low=math.exp(found.low),
        high=math.exp(found.high),
        excluded=None,
        needs=None,
    )
