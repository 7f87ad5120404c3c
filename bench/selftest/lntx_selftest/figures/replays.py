"""What the rules say of A/A streams that were measured to the cap, one arm made slower by an exact factor.

For the statistics that is a slowdown to the last digit (the logarithm of a factor is added to each score); what more work
does to caches, it can't show. Each gate is replayed with its pairs in several orders, as they are exchangeable: that makes
shares smoother, not better founded than the gates are.
"""

import math
from collections.abc import Sequence

import numpy as np

from lntx.judge.group_sequential import SLOWER
from lntx.judge.scores import scores
from lntx.judge.simulation import Trial, trial
from lntx.judge.special import Numbers
from lntx.result import GateResult, Rules

ORDERS = 20
FOUND = 0.95
_FINEST, _LARGEST = 1e-4, 1.0  # of a slowdown that is looked for


def suites(rulings: Sequence[GateResult], rules: Rules, orders: int = ORDERS) -> Numbers:
    """Give the scores of A/A gates: suites x benchmarks x pairs, a gate's as measured and in further orders, always the same.

    A gate in which a benchmark has fewer pairs than the rules may ask for is left out.
    """
    rng, found = np.random.default_rng(0), []
    for ruling in rulings:
        rows = [scores(stream).values for stream in ruling.streams if not stream.sentinel]
        if rows and min(map(len, rows)) >= rules.cap:
            whole = np.array([row[: rules.cap] for row in rows])
            found += [whole, *(whole[:, rng.permutation(rules.cap)] for _ in range(orders - 1))]
    return np.array(found)


def replayed(found: Numbers, rules: Rules, slowdown: float = 0.0) -> Trial:
    """Judge suites by some rules, with all of head's times made longer by a fraction."""
    return trial(found + math.log1p(slowdown), rules)


def smallest(found: Numbers, rules: Rules, share: float = FOUND) -> float | None:
    """Find the smallest slowdown, as a fraction, that is found with this probability; None where there is none below 100 %."""

    def enough(slowdown: float) -> bool:
        return replayed(found, rules, slowdown).share(SLOWER) >= share

    low, high = 0.0, _LARGEST
    if not enough(high):
        return None
    while high - low > _FINEST:
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
