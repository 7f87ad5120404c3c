"""From a stream to one number a pair: the median of its quads, less those that the machine disturbed; and intervals of ratios.

Quads of one pair share its processes, and with them whatever is constant inside a process, so they are no replicates: all
that is said of a benchmark rests on one score for each pair. Pairs of one runner share its layout, its caches and its
neighbours in turn: where several runners measured, all rests on one score for each of them, the mean of its pairs'. Scores
are logarithms of head's time over base's.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lntx.judge.special import student_bound
from lntx.result import Quad, Stream

FIRST_CALL = " [first call]"
"""What is added to a benchmark's name where its first calls are meant."""
_STOLEN = 0.005  # of a quad's time
_FIRST_S, _FIRST_RATIO = 0.05, 10.0  # what a first call takes, and how much longer than a later one, to be looked at
_FEWEST = 2  # processes of a side: a variance takes two


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a stream, one for each pair that gave times, and what was met on the way.

    In a joined gate there is one for each of the `runners`. `pairs` counts the pairs that gave times, `quads` the quads that
    did, `disturbed` those of them that were set aside; `within` is the variance that the quads alone would give a score;
    `unsettled` counts the pairs that never came to rest; `seconds` were timed.
    """

    values: tuple[float, ...]
    quads: int = 0
    disturbed: int = 0
    within: float = 0.0
    unsettled: int = 0
    seconds: float = 0.0
    pairs: int = 0
    runners: int = 0


def scores(stream: Stream) -> Scores:
    """Score the pairs of a stream; a pair without times gives none."""
    return _scored(stream, lambda quad: quad.score)


def units(stream: Stream) -> Scores:
    """Score what is independent in a stream: its pairs, or the runners that measured it, where there are several."""
    return _by_runner(stream, scores)


def heads(stream: Stream) -> Scores:
    """Score what is independent by head alone: each score is the logarithm of the seconds of a call."""
    return _by_runner(stream, lambda part: _scored(part, _head))


def totals(stream: Stream) -> Scores:
    """Score what is independent by all that was timed: a call that is slow once in a while counts for what it takes."""
    return _by_runner(stream, _summed)


def _by_runner(stream: Stream, score: Callable[[Stream], Scores]) -> Scores:
    """Score a stream by pairs; where several runners measured it, take the mean of each one's.

    That is all that there is to a random effect of the runner where each measured as many pairs: the runners' means differ by
    the runner's own variance and by what is left of the pairs', and what holds of their mean rests on how they differ.
    """
    numbers = sorted({pair.runner for pair in stream.pairs})
    if numbers in ([], [0]):
        return score(stream)
    parts = (replace(stream, pairs=tuple(pair for pair in stream.pairs if pair.runner == one)) for one in numbers)
    found = [scored for scored in map(score, parts) if scored.values]
    return Scores(
        values=tuple(statistics.fmean(scored.values) for scored in found),
        quads=sum(scored.quads for scored in found),
        disturbed=sum(scored.disturbed for scored in found),
        within=statistics.fmean(scored.within / len(scored.values) for scored in found) if found else 0.0,
        unsettled=sum(scored.unsettled for scored in found),
        seconds=math.fsum(scored.seconds for scored in found),
        pairs=sum(scored.pairs for scored in found),
        runners=len(found),
    )


def _scored(stream: Stream, of: Callable[[Quad], float]) -> Scores:
    timed = [[quad for quad in pair.quads if _timed(quad)] for pair in stream.pairs]
    limit = _usual([_switches(quad) for quads in timed for quad in quads])
    found = [[of(quad) for quad in _undisturbed(quads, limit)] for quads in timed if quads]
    total = sum(map(len, timed))
    return Scores(
        values=tuple(statistics.median(values) for values in found),
        quads=total,
        disturbed=total - sum(map(len, found)),
        within=_within(found),
        unsettled=sum(not pair.settled for pair in stream.pairs),
        seconds=math.fsum(batch.seconds for quads in timed for quad in quads for batch in quad.batches),
        pairs=len(found),
    )


def _summed(stream: Stream) -> Scores:
    """Score pairs by the mean call of head over that of base; nothing is set aside: a slow call would look like a disturbance."""
    timed = [[quad for quad in pair.quads if _timed(quad)] for pair in stream.pairs]
    values = tuple(math.log(_mean_call(quads, "B") / _mean_call(quads, "A")) for quads in timed if quads)
    return Scores(values, pairs=len(values))


def _mean_call(quads: Sequence[Quad], arm: str) -> float:
    batches = [batch for quad in quads for letter, batch in zip(quad.order, quad.batches, strict=True) if letter == arm]
    return math.fsum(batch.seconds for batch in batches) / sum(batch.iterations for batch in batches)


def firsts(stream: Stream) -> Scores | None:
    """Score the first calls of a stream's pairs; None where they are no matter of their own.

    They are one where, in the first pair, both arms together take 50 ms a call and ten times what a later call takes: the
    difference between the arms has no part in that.
    """
    first = stream.pairs[0] if stream.pairs else None
    if first is None or first.first is None:
        return None
    later = [batch.each for quad in first.quads for batch in quad.batches]
    mean = sum(first.first) / 2
    if not later or mean < max(_FIRST_S, _FIRST_RATIO * statistics.median(later)):
        return None
    return _by_runner(stream, _calls)


def _calls(stream: Stream) -> Scores:
    calls = [pair.first for pair in stream.pairs if pair.first and min(pair.first) > 0]
    values = tuple(math.log(head / base) for base, head in calls)
    return Scores(values, seconds=math.fsum(map(sum, calls)), pairs=len(values))


def _timed(quad: Quad) -> bool:
    """Return whether a quad has a score: a clock may give 0 for a function that does nothing."""
    return all(batch.iterations > 0 and 0 < batch.seconds < math.inf for batch in quad.batches)


def _head(quad: Quad) -> float:
    return statistics.fmean(
        math.log(batch.each) for arm, batch in zip(quad.order, quad.batches, strict=True) if arm == "B"
    )


def _switches(quad: Quad) -> int:
    return sum(batch.switches for batch in quad.batches)


def _usual(switches: Sequence[int]) -> float:
    """Return the most interruptions of a quad that are not unusual for this benchmark on this machine."""
    return 3 + 3 * statistics.median(switches) if switches else math.inf


def _undisturbed(quads: Sequence[Quad], limit: float) -> list[Quad]:
    """Leave out the quads that the machine disturbed, but never more than half; which arm it hit plays no part."""
    ranked = sorted(quads, key=lambda quad: (_stolen(quad), _switches(quad)))
    calm = sum(_stolen(quad) <= _STOLEN and _switches(quad) <= limit for quad in quads)
    if calm >= len(quads) / 2:
        return [quad for quad in quads if _stolen(quad) <= _STOLEN and _switches(quad) <= limit]
    return ranked[: math.ceil(len(quads) / 2)]


def _stolen(quad: Quad) -> float:
    return sum(batch.stolen for batch in quad.batches) / sum(batch.seconds for batch in quad.batches)


def _within(found: Sequence[Sequence[float]]) -> float:
    """Pool the variance of quads inside pairs, and take it to that of a median: pi / 2 times that of a mean."""
    several = [values for values in found if len(values) > 1]
    if not several:
        return 0.0
    parts = [math.pi / 2 * statistics.variance(values) / len(values) for values in several]
    return statistics.fmean(parts)


def welch(above: Sequence[float], below: Sequence[float], confidence: float = 0.95) -> tuple[float, float] | None:
    """Return the bounds of how many times `above` is `below`, on logarithms; None with fewer than two processes each."""
    logs = [[math.log(value) for value in values] for values in (above, below)]
    counts = [len(values) for values in logs]
    if min(counts) < _FEWEST:
        return None
    middle = math.exp(statistics.fmean(logs[0]) - statistics.fmean(logs[1]))
    parts = [statistics.variance(values) / count for values, count in zip(logs, counts, strict=True)]
    spread = sum(part**2 / (count - 1) for part, count in zip(parts, counts, strict=True))
    freedom = sum(parts) ** 2 / spread if spread else min(counts) - 1
    half_width = student_bound(freedom, (1 + confidence) / 2) * math.sqrt(sum(parts))
    return middle * math.exp(-half_width), middle * math.exp(half_width)
