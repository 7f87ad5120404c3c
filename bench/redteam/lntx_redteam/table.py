"""The table: counts, the members that should be found, those that can't be, and the controls; as Markdown."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lntx_redteam.finding import FAILURES, Finding, Row
from lntx_redteam.stages import STAGES

_WIDTH = 150  # of a sentence in a cell


def markdown(rows: Sequence[Row]) -> str:
    """Lay everything out."""
    return "\n".join(_page(rows)) + "\n"


def counts(rows: Sequence[Row]) -> str:
    """Say in one sentence how many of what there are."""
    seen = Counter(row.verdict for row in rows)
    wrong = [row for row in rows if not row.member.honest]
    by = [f"{stage} {sum(_at(row, stage).outcome == 'found' for row in wrong)}" for stage in STAGES]
    parts = [f"{number} {verdict}" for verdict, number in seen.most_common()]
    return (
        f"{len(wrong)} wrong members, {len(rows) - len(wrong)} controls: {', '.join(parts)}. Found by {', '.join(by)}."
    )


def failures(rows: Sequence[Row]) -> list[str]:
    """Name the members that came out otherwise than they should, and how."""
    return [f"{row.member.name} ({row.verdict})" for row in rows if row.verdict in FAILURES]


def _page(rows: Sequence[Row]) -> Iterator[str]:
    yield from ("# The red team", "", counts(rows))
    parts = {
        "To be found": [row for row in rows if not (row.member.honest or row.member.out_of_reach)],
        "Out of reach": [row for row in rows if row.member.out_of_reach],
        "Honest, as controls": [row for row in rows if row.member.honest],
    }
    for title, part in parts.items():
        if part:
            yield from ("", f"## {title}", "")
            yield f"| member | what it is | {' | '.join(STAGES)} | |"
            yield "|---|---|" + "---|" * (len(STAGES) + 1)
            yield from map(_line, part)


def _line(row: Row) -> str:
    member = row.member
    verdict = f"**{row.verdict}**" if row.verdict in FAILURES else row.verdict
    why = member.out_of_reach or (member.healed if row.verdict == "made right" else "")
    cells = [
        member.name,
        member.label,
        *(_cell(_at(row, stage)) for stage in STAGES),
        verdict + (f": {why}" if why else ""),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _at(row: Row, stage: str) -> Finding:
    return row.findings.get(stage, Finding("none", "not tried"))


def _cell(finding: Finding) -> str:
    name = {"passed": "not found", "none": "-"}.get(finding.outcome, finding.outcome)
    words = finding.words if len(finding.words) <= _WIDTH else finding.words[: _WIDTH - 1] + "…"
    return f"{name}: {words}" if words and finding.outcome in {"found", "broke"} else words or name
