"""What a gate found, on a terminal: by `lntx gate` at its end, and by `lntx report` of what it stored."""

from collections.abc import Iterator
from typing import Any

from lntx.cli.terminal import of_table, prose
from lntx.result import GateResult
from lntx.verdict import Verdict

_SHORT, _LEFT_OUT = 20, 10  # benchmarks in the table; those that are left out


def view(result: GateResult) -> Iterator[Any]:
    """Yield what a person reads, top to bottom: the verdict, the table, what was folded and left out, then what to do."""
    from lntx.report.gate import acknowledging, cards, findings, left_out, provenance, tables, wording

    found = findings.findings(result)
    first, others = found[0], tables.others(result)
    yield prose(first.text, result.shown.style)
    yield ""
    if others:
        yield of_table(tables.in_short(others, most=_SHORT), style)
    if len(others) > _SHORT:
        yield f"{len(others) - _SHORT:,} more, no worse than these, stand in the report"
    if alike := tables.alike(result):
        yield prose(alike)
    yield ""
    yield from left_out.lines(result, _LEFT_OUT)
    yield from (prose(f"note: {wording.name(note, 500)}") for note in left_out.notes(result))
    if compared := provenance.compared(result):
        yield prose(compared)
    yield from (prose(f"{card.title}: {card.sentences[0]}") for card in cards.cards(result, found))
    if toml := acknowledging.snippet(result):
        yield f"\nIn lntx-gate.toml, this acknowledges what rose:\n\n{toml.rstrip()}"


def style(heading: str, cell: str) -> str:
    """Colour verdicts, whose cells may say by which means."""
    verdict = cell.partition(" ")[0] if heading == "verdict" else ""
    return {"": "", **{member.value: member.style for member in Verdict}}.get(verdict, "dim")
