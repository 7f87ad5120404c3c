"""What dominated the noise: how much pairs of processes differ, and how much of that repetition inside them explains."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from lntx.judge.scores import Scores, scores
from lntx.report import units
from lntx.report.gate import wording
from lntx.result import GateResult, Stream

_MOSTLY, _HARDLY = 0.5, 0.2
_NOTABLE_STOLEN = 0.001


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


def sentences(result: GateResult) -> tuple[str, ...]:
    """Say what dominated the noise, then what carries that; nothing where nothing was timed twice."""
    found = noises(result)
    return tuple(part for part in (*_cause(found), _noisiest(found), _disturbed(found)) if part) if found else ()


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


def _cause(found: Sequence[Noise]) -> tuple[str, str]:
    spread = statistics.median(one.spread for one in found)
    within = statistics.median(one.within for one in found)
    of = f", in the median of {len(found):,} benchmarks" if len(found) > 1 else ""
    size = f"The pairs of a benchmark differ by {percent(spread)} (standard deviation{of})"
    if within > _MOSTLY:
        most = "most of it from batch to batch, so longer batches would help"
        return "What varies inside a process dominated the noise.", f"{size}, {most}."
    share = "hardly any" if within < _HARDLY else f"about {percent(within)}"
    rest = "The rest is constant inside a process, as the placement of its memory is, so only more pairs help."
    return (
        "The luck of each process dominated the noise.",
        f"{size}, and batches explain {share} of that variance. {rest}",
    )


def _noisiest(found: Sequence[Noise]) -> str:
    return f"The noisiest is {wording.case(found[0].name)} with {percent(found[0].spread)}." if len(found) > 1 else ""


def _disturbed(found: Sequence[Noise]) -> str:
    stolen, seconds = (sum(getattr(one, field) for one in found) for field in ("stolen", "seconds"))
    quads, disturbed = (sum(getattr(one, field) for one in found) for field in ("quads", "disturbed"))
    unsettled = sum(one.unsettled for one in found)
    parts = [
        f"the hypervisor took {units.seconds(stolen)} of {units.seconds(seconds)}"
        if seconds and stolen > _NOTABLE_STOLEN * seconds
        else "",
        f"{disturbed:,} of {units.plural(quads, 'quad')} were set aside as disturbed" if disturbed else "",
        f"{units.plural(unsettled, 'pair')} never came to rest while warming up" if unsettled else "",
    ]
    said = [part for part in parts if part]
    return units.sentence(units.listing(said)) if said else ""


def percent(spread: float) -> str:
    """Write a measured fraction in per cent, with two figures."""
    return f"{units.digits(100 * spread, 2)} %"
