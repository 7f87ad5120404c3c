"""All that a gate says in sentences: the verdict first, then what else was found, then how much to trust it."""

import statistics
from collections.abc import Iterator, Mapping, Sequence

from lntx.judge.margins import said
from lntx.report import units
from lntx.report.document import Finding, Kind
from lntx.report.gate import left_out, verdicts, wording
from lntx.report.gate.noise import Noise, noises
from lntx.report.gate.wording import labels, measured, of_verdict, percent
from lntx.result import BenchmarkResult, GateResult
from lntx.verdict import Verdict

_MOST = 5
_MOSTLY, _HARDLY = 0.5, 0.2
_NOTABLE_STOLEN = 0.001


def findings(result: GateResult) -> tuple[Finding, ...]:
    """Return all, the headline first; a sentence for each further verdict that some benchmark got."""
    first = Finding(verdicts.headline(result), _detail(result))
    return (first, *_others(result), *_trust(result), *_left_out(result))


def _left_out(result: GateResult) -> Iterator[Finding]:
    """Say last what isn't judged."""
    found = left_out.left_out(result)
    if found:
        called = labels(result)
        told = [f"{called[one.name]}: {units.clean(one.why, 200).rstrip('. ')}." for one in found[:_MOST]]
        yield Finding(left_out.sentence(result), " ".join(told), "", "warning")


def _detail(result: GateResult) -> str:
    """Count what the headline of a bad verdict doesn't."""
    if not result.benchmarks or result.verdict is Verdict.SAME:
        return ""
    parts = [wording.counted(result), wording.exclusion(result)]
    return units.sentence("; ".join(part for part in parts if part))


def _others(result: GateResult) -> Iterator[Finding]:
    told = [verdict for verdict in Verdict if verdict is not result.verdict and verdicts.PRESENTATIONS[verdict].beside]
    for verdict in told:
        if found := of_verdict(result, verdict):
            kind: Kind = "warning" if verdict.junit == "failure" else "result"
            yield Finding(verdicts.sentence(result, verdict), "", "forest" if found[0].ratio else "", kind)
    if found := of_verdict(result, Verdict.INCONCLUSIVE):
        picture = "pairs" if found[0].ratio else ""
        called = labels(result)
        first, *more = (_known(one, called[one.name]) for one in found[:_MOST])
        yield Finding(f"Undecided: {first}", " ".join(more), picture, "note")


def _known(one: BenchmarkResult, name: str) -> str:
    """Return what an inconclusive benchmark's interval leaves open, and what deciding would take."""
    if one.ratio is None:
        return f"{name} was not timed: {units.clean(one.reason, 200).rstrip('. ')}."
    said = f"{name} takes {measured(one)} as long after {units.plural(one.pairs, 'pair')}"
    needs = f"about {one.needs:,} would decide it" if one.needs else "no reasonable number would decide it"
    return f"{said}; {needs}."


def _trust(result: GateResult) -> Iterator[Finding]:
    if result.benchmarks:
        first, stop, more = rates(result).partition(". ")
        yield Finding(f"{first}.", more if stop else "", "", "note")
    if loud := noise(result):
        yield Finding(loud[0], " ".join(loud[1:]), "", "note")
    if result.sentinels:
        called = labels(result)
        said = "; ".join(f"{called[one.name]} {measured(one) or 'not timed'}" for one in result.sentinels)
        yield Finding(
            f"{stood(result)}: {said}.",
            "A sentinel is a control: it holds none of the project's code, so that what moves it is the machine.",
            "",
            "note",
        )


def stood(result: GateResult) -> str:
    """Say whether the controls moved: surely, by more than the margin; an interval without 1 may lie within that."""
    if any(one.verdict is Verdict.CONTAMINATED for one in result.sentinels):
        return "Controls moved"
    if not all(one.verdict is Verdict.SAME for one in result.sentinels):
        return "No control was seen to move, but their pairs differ too much to be sure"
    if any(one.low and one.high and not one.low <= 1 <= one.high for one in result.sentinels):
        return f"No control surely moved by more than the margin of {percent(result.rules.margin)}"
    return "The controls stood still"


def rates(result: GateResult) -> str:
    """Return the error rates and limits that the gate ran with."""
    rules = result.rules
    looks = units.listing([f"{look:,}" for look in rules.looks], "or")
    return (
        f"Where nothing is slower, the chance of a false alarm is at most {percent(rules.alarms)} for the whole suite; a "
        f"benchmark that is {percent(rules.tolerated)} slower is called the same with a probability of at most "
        f"{percent(rules.misses)}. Only what is surely slower by more than {percent(rules.margin)} is called so. A benchmark may "
        f"be decided after {looks} pairs, and the rates hold for all these looks together.{_own(result)}"
    )


def _own(result: GateResult) -> str:
    """Say which benchmarks have limits of their own."""
    called = labels(result)
    told = [f"{called[name]} ({said(*limits)})" for name, limits in result.margins.items()]
    return f" Limits of their own have {units.some(told, _MOST)}." if told else ""


def noise(result: GateResult) -> tuple[str, ...]:
    """Return what dominated the noise, then what carries that; nothing where nothing was timed twice."""
    found = noises(result)
    return (
        tuple(part for part in (*_cause(found), _noisiest(found, labels(result)), _disturbed(found)) if part)
        if found
        else ()
    )


def _cause(found: Sequence[Noise]) -> tuple[str, str]:
    spread = statistics.median(one.spread for one in found)
    within = statistics.median(one.within for one in found)
    of = f", in the median of {len(found):,} benchmarks" if len(found) > 1 else ""
    size = f"The pairs of a benchmark differ by {_figures(spread)} (standard deviation{of})"
    if within > _MOSTLY:
        most = "most of it from batch to batch, so more batches in a pair would help as more pairs do"
        return "What varies inside a process dominated the noise.", f"{size}, {most}."
    share = "hardly any" if within < _HARDLY else f"about {_figures(within)}"
    rest = "The rest is constant inside a process, as the placement of its memory is, so only more pairs help."
    return (
        "The luck of each process dominated the noise.",
        f"{size}, and batches explain {share} of that variance. {rest}",
    )


def _noisiest(found: Sequence[Noise], called: Mapping[str, str]) -> str:
    return f"The noisiest is {called[found[0].name]} with {_figures(found[0].spread)}." if len(found) > 1 else ""


def _disturbed(found: Sequence[Noise]) -> str:
    stolen, seconds = (sum(getattr(one, field) for one in found) for field in ("stolen", "seconds"))
    quads, disturbed = (sum(getattr(one, field) for one in found) for field in ("quads", "disturbed"))
    unsettled = sum(one.unsettled for one in found)
    parts = [
        f"the hypervisor took {units.seconds(stolen)} of {units.seconds(seconds)}"
        if seconds and stolen > _NOTABLE_STOLEN * seconds
        else "",
        f"{disturbed:,} of {units.plural(quads, 'quad')} (two batches of each arm) were set aside as disturbed"
        if disturbed
        else "",
        f"{units.plural(unsettled, 'pair')} never came to rest while warming up" if unsettled else "",
    ]
    said = [part for part in parts if part]
    return units.sentence(units.listing(said)) if said else ""


def _figures(spread: float) -> str:
    """Write a measured fraction in per cent, with two figures."""
    return f"{units.digits(100 * spread, 2)} %"
