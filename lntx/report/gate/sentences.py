"""All that a gate says in sentences: the verdict first, then what else was found, then how much to trust it."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding, Kind
from lntx.report.gate import advice, headlines, noise, wording
from lntx.report.gate.wording import case, measured, of_verdict
from lntx.verdict import Judged, Ruling, Verdict

_ALARMING = {"disagrees", "missing", "slower"}
_MOST = 5
_QUIET: tuple[Verdict, ...] = ("same", "contaminated")


def sentences(ruling: Ruling) -> tuple[Finding, ...]:
    """Say all, the headline first; a sentence for each further verdict that some benchmark got."""
    return (Finding(headlines.headline(ruling), _detail(ruling)), *_others(ruling), *_trust(ruling))


def _detail(ruling: Ruling) -> str:
    """Count what the headline of a bad verdict doesn't."""
    if not ruling.benchmarks or ruling.verdict == "same":
        return ""
    parts = [headlines.counted(ruling), headlines.exclusion(ruling)]
    return units.sentence("; ".join(part for part in parts if part))


def _others(ruling: Ruling) -> Iterator[Finding]:
    for verdict in wording.ORDER:
        if verdict not in {ruling.verdict, *_QUIET} and (found := of_verdict(ruling, verdict)):
            kind: Kind = "warning" if verdict in _ALARMING else "result"
            yield Finding(headlines.sentence(ruling, verdict), "", "forest" if found[0].ratio else "", kind)
    if found := of_verdict(ruling, "inconclusive"):
        picture = "pairs" if found[0].ratio else ""
        yield Finding("What is known of the undecided.", " ".join(map(_known, found[:_MOST])), picture, "note")


def _known(one: Judged) -> str:
    """Say what an inconclusive benchmark's interval leaves open, and what deciding would take."""
    if one.ratio is None:
        return f"{case(one.name)} was not timed: {units.clean(one.reason, 200).rstrip('. ')}."
    said = f"{case(one.name)} takes {measured(one)} as long after {units.plural(one.pairs, 'pair')}"
    needs = f"about {one.needs:,} would decide it" if one.needs else "no reasonable number would decide it"
    return f"{said}; {needs}."


def _trust(ruling: Ruling) -> Iterator[Finding]:
    if ruling.benchmarks:
        yield Finding("The error rates that it ran with.", advice.rates(ruling), "", "note")
    if loud := noise.sentences(ruling):
        yield Finding(loud[0], " ".join(loud[1:]), "", "note")
    if ruling.sentinels:
        said = "; ".join(f"{case(one.name)} {measured(one) or 'not timed'}" for one in ruling.sentinels)
        moved = [one for one in ruling.sentinels if one.verdict == "contaminated"]
        stood = "Controls moved" if moved else _stood(ruling)
        yield Finding(f"{stood}: {said}.", "They hold none of the project's code.", "", "note")


def _stood(ruling: Ruling) -> str:
    known = all(one.verdict == "same" for one in ruling.sentinels)
    return "The controls stood still" if known else "Of the controls not enough is known, but none was seen to move"
