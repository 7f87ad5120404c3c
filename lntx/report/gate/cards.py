"""What a reader takes along from a gate: what to do, what was found, and whether to trust it."""

from collections.abc import Iterator, Sequence

from lntx.report import units
from lntx.report.document import Card, Finding
from lntx.report.gate import left_out, tables, verdicts, wording
from lntx.report.gate.findings import noise, stood
from lntx.result import GateResult

_MOST = 3  # sentences of a card
_NOTHING = "Nothing: as far as this gate can tell, the change can be merged."
_PARTLY = "Nothing that was measured speaks against the change, but {} wasn't measured: the notes say what helps."


def cards(result: GateResult, findings: Sequence[Finding]) -> tuple[Card, ...]:
    """Make them; one on which nothing stands is left out."""
    lacking = left_out.sentence(result)
    made = (
        Card(
            "What to do",
            tuple(map(_first, verdicts.advice(result)[:_MOST])) or (_nothing(result),),
            alarm=not result.shown.passes,
        ),
        Card("What was found", tuple(_found(result, findings))[:_MOST]),
        Card("Whether to trust it", tuple(filter(None, (lacking, *_trust(result))))[:_MOST], alarm=bool(lacking)),
    )
    return tuple(card for card in made if card.sentences)


def _nothing(result: GateResult) -> str:
    """Say that there is nothing to do; what no arm ran has no part in that."""
    lacking = result.about.get("unmeasured")
    known = [str(name) for name in lacking] if isinstance(lacking, (list, tuple)) else []
    return _PARTLY.format(wording.listed(map(wording.name, known))) if known else _NOTHING


def _first(advice: str) -> str:
    """Take the first sentence; the section has the rest."""
    head, stop, _ = advice.partition(". ")
    return f"{head}." if stop else advice


def _found(result: GateResult, findings: Sequence[Finding]) -> Iterator[str]:
    if result.benchmarks:
        yield units.sentence(wording.counted(result))
    if excluded := wording.exclusion(result):
        yield units.sentence(excluded)
    if alike := tables.alike(result):
        yield alike
    yield from (finding.text for finding in findings[1:] if finding.kind == "result")


def _trust(result: GateResult) -> Iterator[str]:
    if result.sentinels:
        yield f"{stood(result)}."
    yield from noise(result)[:1]
    if result.benchmarks and all(one.ratio is None for one in result.benchmarks):
        yield "Nothing was timed: what is said here follows from the code that was executed, and from how the benchmarks ended."
    elif result.benchmarks:
        alarms, misses = wording.percent(result.rules.alarms), wording.percent(result.rules.misses)
        yield (
            f"Where nothing is slower, the chance of a false alarm is at most {alarms}; a benchmark that is "
            f"{wording.percent(result.rules.tolerated)} slower is missed with a probability of at most {misses}."
        )
