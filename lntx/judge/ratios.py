"""What two records of one benchmark, measured apart, say of each other: ratios of what both have, and in words what one lacks.

A file may keep its raw rounds, or state their median, minimum and number, or a mean alone. Nothing is put in the place of what a
file doesn't say.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lntx.judge.scores import welch
from lntx.record import Record
from lntx.verdict import Verdict

_UNEQUAL = 1.5
"""How many times as many rounds explain a lower minimum."""


@dataclass(frozen=True, slots=True)
class Ratios:
    """Head's time over base's: of the medians, of the minima, of the means, each None where one of both isn't known.

    `low` and `high` are the interval between processes. `fewer` is -1 where head's minimum is one of far more rounds than
    base's (and so is lower for that alone), 1 where it is one of far fewer, else 0. `lacks` says what isn't known.
    """

    median: float | None
    least: float | None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    fewer: int = 0
    lacks: str = ""

    def verdict(self, margin: float) -> Verdict:
        """Return what holds for all ratios that are known, beyond a margin or within; inconclusive where they part.

        Slower and faster must show in the medians and in the minima; where no minima are known, nothing is either.
        """
        if self.median is None:
            return Verdict.INCONCLUSIVE
        limit = math.log1p(margin)
        logs = [math.log(ratio) for ratio in (self.median, self.low, self.high) if ratio is not None]
        least = None if self.least is None else math.log(self.least)
        if least is not None and min(*logs, least) > limit:
            return Verdict.SLOWER
        if least is not None and max(*logs, least) < -limit:
            return Verdict.FASTER
        within = all(abs(log) <= limit for log in logs)
        explained = least is None or abs(least) <= limit or least * self.fewer > 0
        return Verdict.SAME if within and explained else Verdict.INCONCLUSIVE

    @property
    def reason(self) -> str:
        """Say what is known, and what isn't."""
        given = (("medians", self.median), ("minima", self.least), ("means", self.mean))
        known = [f"{'' if i else 'ratio '}of {what} {ratio:.3f}" for i, (what, ratio) in enumerate(_known(given))]
        rounds = " (of unequally many rounds)" if self.fewer and self.least is not None else ""
        return "; ".join(part for part in (", ".join(known) + rounds, self.lacks) if part)


def _known(given: Sequence[tuple[str, float | None]]) -> Iterator[tuple[str, float]]:
    yield from ((what, ratio) for what, ratio in given if ratio is not None)


def ratios(before: Record, after: Record) -> Ratios:
    """Hold head's record against base's; times are those of an epoch each where lntx timed some."""
    per = (before.timed_epochs or 1) / (after.timed_epochs or 1)
    ones, others = before.medians, after.medians
    if not ones or not others:
        return Ratios(None, None, _means(before, after), lacks=_lacking(before, after))
    (least, fewest), (most_least, most) = _minima(before, after)
    bounds = welch([per * value for value in others], ones) or (None, None)
    unlike = bool(fewest and most) and max(fewest, most) >= _UNEQUAL * min(fewest, most)
    return Ratios(
        median=per * after.seconds / before.seconds,
        least=per * most_least / least if least and most_least else None,
        low=bounds[0],
        high=bounds[1],
        fewer=(1 if fewest > most else -1) if unlike else 0,
        lacks=_without("minimum", least, most_least),
    )


def _minima(before: Record, after: Record) -> tuple[tuple[float, int], tuple[float, int]]:
    """Return the least of either side, 0 where it isn't known, at equal counts as far as raw rounds allow; and the counts."""
    counts = [_count(record) for record in (before, after)]
    fair = min((count for count in counts if count), default=0)
    return _least(before, fair), _least(after, fair)


def _least(record: Record, fair: int) -> tuple[float, int]:
    rounds = sorted(value for part in record.rounds for value in part)
    if not rounds:
        return record.stated.get("min", 0.0), _count(record)
    count = min(fair, len(rounds))
    return minimum(rounds, count), count


def _count(record: Record) -> int:
    return sum(map(len, record.rounds)) or int(record.stated.get("rounds", 0))


def _means(before: Record, after: Record) -> float | None:
    one, other = (_mean(record) for record in (before, after))
    return other / one if one and other else None


def _mean(record: Record) -> float:
    rounds = [value for part in record.rounds for value in part]
    return math.fsum(rounds) / len(rounds) if rounds else record.stated.get("mean", 0.0)


def _lacking(before: Record, after: Record) -> str:
    lacks = _without("median", *(bool(record.medians) for record in (before, after)))
    return f"{lacks}, and a mean follows every outlier"


def _without(what: str, before: object, after: object) -> str:
    sides = [side for side, known in (("base", before), ("head", after)) if not known]
    return f"{' and '.join(sides)} {'state' if len(sides) > 1 else 'states'} no {what}" if sides else ""


def minimum(values: Sequence[float], count: int) -> float:
    """Return the mean of the minima of all subsets of some size, for sorted values.

    The least of more rounds is less, so two minima may only be compared at equal counts.
    """
    total, weight, left = 0.0, count / len(values), len(values)
    for value in values:
        total += weight * value
        left -= 1
        if left < count:
            break
        weight *= (left - count + 1) / left
    return total
