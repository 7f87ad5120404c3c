"""What the rules say of A/A streams that were measured to the cap, one arm made slower by an exact factor.

For the statistics that is a slowdown to the last digit; what more work does to caches, it can't show. Each gate is replayed
with its pairs in several orders, as they are exchangeable: that makes shares smoother, not better founded than the gates are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from lntx.judge.court import Court
from lntx.judge.replay import scaled, timings
from lntx.judge.scores import scores
from lntx.verdict import Batch, Judged, Pair, Quad, Rules, Ruling, Stream

ORDERS = 10
FOUND = 0.95
_FINEST, _LARGEST = 2.5e-4, 1.0  # of a slowdown that is looked for

Suite = tuple[Stream, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """Suites as some rules judge them."""

    suites: Sequence[Sequence[Judged]]

    def share(self, verdict: str) -> float:
        """Share of the benchmarks with a verdict."""
        return fmean(one.verdict == verdict for suite in self.suites for one in suite)

    def alarms(self) -> float:
        """Share of the suites in which anything was called slower."""
        return fmean(any(one.verdict == "slower" for one in suite) for suite in self.suites)

    def covered(self, truth: float) -> float:
        """Share of the intervals that hold the true ratio."""
        return fmean((one.low or 0.0) <= truth <= (one.high or math.inf) for suite in self.suites for one in suite)

    def pairs(self) -> float:
        """Give the mean number of pairs of a benchmark."""
        return fmean(one.pairs for suite in self.suites for one in suite)


def suites(rulings: Sequence[Ruling], orders: int = ORDERS) -> list[Suite]:
    """Give the streams of A/A gates, each gate's as measured and in further orders of its pairs, always the same."""
    rng = Random(0)  # noqa: S311
    found: list[Suite] = []
    for ruling in rulings:
        whole = tuple(condensed(stream) for stream in ruling.streams if not stream.sentinel)
        numbers = range(min(len(stream.pairs) for stream in whole))
        found.append(whole)
        for _ in range(orders - 1):
            order = rng.sample(numbers, len(numbers))
            found.append(tuple(_ordered(stream, order) for stream in whole))
    return found


def replayed(found: Sequence[Suite], rules: Rules, factor: float = 1.0) -> Replayed:
    """Judge suites by some rules, with all of head's times made longer by a factor."""
    return Replayed([_judged(suite, rules, factor) for suite in found])


def smallest(found: Sequence[Suite], rules: Rules, share: float = FOUND) -> float | None:
    """Find the smallest slowdown, as a fraction, that is found with this probability; None where there is none below 100 %."""
    low, high = 0.0, _LARGEST
    if replayed(found, rules, 1 + high).share("slower") < share:
        return None
    while high - low > _FINEST:
        middle = (low + high) / 2
        if replayed(found, rules, 1 + middle).share("slower") >= share:
            high = middle
        else:
            low = middle
    return high


def condensed(stream: Stream) -> Stream:
    """Put one quad in the place of a pair's, with the score that the judge gives the pair: for the verdict, that is the same."""
    values = scores(stream).values
    pairs = tuple(Pair(number + 1, (_quad(value),)) for number, value in enumerate(values))
    return Stream(stream.name, pairs)


def _quad(score: float) -> Quad:
    return Quad("ABBA", tuple(Batch(seconds, 1) for seconds in (1.0, math.exp(score), math.exp(score), 1.0)))


def _ordered(stream: Stream, order: Sequence[int]) -> Stream:
    pairs = tuple(Pair(number + 1, stream.pairs[place].quads) for number, place in enumerate(order))
    return Stream(stream.name, pairs)


def _judged(suite: Suite, rules: Rules, factor: float) -> list[Judged]:
    streams = {stream.name: scaled(stream, factor) for stream in suite}
    court = Court(rules, tuple(streams))
    found = timings(court, streams) | court.close(streams)  # a stream that ends too soon is inconclusive
    return [found[name] for name in streams]
