"""The Markdown summary: findings, pictures and the table of cells, for places that show no HTML."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from lntx.report import tables
from lntx.report.drawing.picture import Picture
from lntx.report.findings import Finding
from lntx.report.frames import Frames
from lntx.report.story import Story
from lntx.report.tables import Table
from lntx.report.targets import Section

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~$])")


def markdown(
    told: Story,
    found: Sequence[Finding],
    drawn: Sequence[Picture],
    frames: Frames,
    aims: Sequence[Section] = (),
) -> str:
    """Write the summary; the pictures stand beside it in `figures/`."""
    return "\n".join(
        [
            f"# {plain(told.title)}",
            "",
            plain(" · ".join(told.summary)),
            "",
            "## Findings",
            "",
            *(_finding(finding) for finding in found),
            *_aims(aims),
            *_pictures(drawn),
            *_cells(frames),
            *_absences(frames),
            *_facts("Machine", told.machines),
            *_facts("How it was made", told.made),
            "",
        ]
    )


def plain(text: str) -> str:
    """Escape what Markdown or HTML would take for its own."""
    return _SPECIAL.sub(r"\\\1", escape(text, quote=False))


def _finding(finding: Finding) -> str:
    mark = "**Warning:** " if finding.kind == "warning" else ""
    return f"- {mark}**{plain(finding.text)}** {plain(finding.detail)}".rstrip()


def _aims(aims: Sequence[Section]) -> Iterator[str]:
    for aim in aims:
        yield f"\n## {plain(aim.title)}\n\n{plain(aim.summary)}\n\n{_table(aim.table)}\n"
        yield from (f"- **{plain(which)}.** {plain(why)}" for which, why in aim.remarks)


def _pictures(drawn: Sequence[Picture]) -> Iterator[str]:
    for picture in drawn:
        image = f"![{plain(picture.alt)}](figures/{picture.name}.svg)"
        setting = f"{plain(picture.setting)}. " if picture.setting else ""
        yield f"\n## {plain(picture.title)}\n\n{image}\n\n{setting}{plain(picture.caption)}"


def _cells(frames: Frames) -> Iterator[str]:
    for suite, part in frames.cells.groupby("suite", sort=False):
        yield f"\n## Cells: {plain(str(suite))}\n\n{_table(tables.of_cells(part))}"


def _table(table: Table) -> str:
    rule = ["---:" if numeric else "---" for numeric in table.numeric]
    lines = [table.headings, rule, *table.rows]
    return "\n".join(f"| {' | '.join(plain(cell) if line is not rule else cell for cell in line)} |" for line in lines)


def _absences(frames: Frames) -> Iterator[str]:
    if len(frames.absences):
        yield "\n## Without a time\n"
    for (backend, kind, reason), part in frames.absences.groupby(["backend", "kind", "reason"], sort=False):
        yield f"- **{plain(str(backend))}** {kind} ({len(part)}): {plain(str(reason))}"


def _facts(title: str, groups: Sequence[Sequence[tuple[str, str]]]) -> Iterator[str]:
    for facts in groups:
        yield f"\n## {title}\n"
        yield from (f"- {plain(key)}: {plain(value)}" for key, value in facts)
