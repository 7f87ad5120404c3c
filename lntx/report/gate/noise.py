"""What dominated the noise: how much pairs of processes differ, and how much of that repetition inside them explains."""

import statistics
from dataclasses import dataclass

from lntx.judge.scores import Scores, scores
from lntx.result import GateResult, Stream


@dataclass(frozen=True, slots=True)
class Noise:
    """The noise of one benchmark: the standard deviation of its pairs' scores, and the share of their variance that quads give.

    Scores are logarithms, so a `spread` of 0.02 is 2 %.
    """

    name: str
    pairs: int
    spread: float
    within: float
    quads: int
    disturbed: int
    unsettled: int
    seconds: float
    stolen: float


def noises(result: GateResult) -> list[Noise]:
    """Tell the noise of each timed benchmark that has two pairs or more, the noisiest first."""
    found = [(stream, scores(stream)) for stream in result.streams if not stream.sentinel]
    told = [_noise(stream, scored) for stream, scored in found if len(scored.values) > 1]
    return sorted(told, key=lambda one: (-one.spread, one.name))


def _noise(stream: Stream, scored: Scores) -> Noise:
    variance = statistics.variance(scored.values)
    batches = [batch for pair in stream.pairs for quad in pair.quads for batch in quad.batches]
    return Noise(
        name=stream.name,
        pairs=len(scored.values),
        spread=variance**0.5,
        within=min(scored.within / variance, 1.0) if variance else 0.0,
        quads=scored.quads,
        disturbed=scored.disturbed,
        unsettled=scored.unsettled,
        seconds=scored.seconds,
        stolen=sum(batch.stolen for batch in batches),
    )
