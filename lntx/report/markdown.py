"""The Markdown summary: findings, pictures and the table of cells, for places that show no HTML."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from lntx.report import layout, tables
from lntx.report.choices import choices
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
            *_differences(frames),
            "## Findings",
            "",
            *_findings(found),
            *_choices(frames),
            *_aims(aims),
            *figures(drawn),
            *_cells(frames),
            *_absences(frames),
            *facts("Machine", told.machines),
            *facts("How it was made", told.made),
            "",
        ]
    )


def plain(text: str) -> str:
    """Escape what Markdown or HTML would take for its own."""
    return _SPECIAL.sub(r"\\\1", escape(text, quote=False))


def bullet(finding: Finding) -> str:
    """Write a finding as an item of a list."""
    mark = "**Warning:** " if finding.kind == "warning" else ""
    return f"- {mark}**{plain(finding.text)}** {plain(finding.detail)}".rstrip()


def _findings(found: Sequence[Finding]) -> Iterator[str]:
    for topic, part in layout.by_topic(found):
        yield from ([f"\n### {topic}\n"] if topic else [])
        yield from map(bullet, part)


def _choices(frames: Frames) -> Iterator[str]:
    if (found := choices(frames)) is not None:
        yield f"\n## What to take\n\n{table(found)}"


def _differences(frames: Frames) -> Iterator[str]:
    if frames.differences:
        yield f"## What sets the studies apart\n\n{table(tables.of_differences(frames.differences, frames.labels))}\n"


def _aims(aims: Sequence[Section]) -> Iterator[str]:
    for aim in aims:
        yield f"\n## {plain(aim.title)}\n\n{plain(aim.summary)}\n\n{table(aim.table)}\n"
        yield from (f"- **{plain(which)}.** {plain(why)}" for which, why in aim.remarks)


def figures(drawn: Sequence[Picture]) -> Iterator[str]:
    """Write a heading, a picture and its caption for each."""
    for picture in drawn:
        image = f"![{plain(picture.alt)}](figures/{picture.name}.svg)"
        setting = f"{plain(picture.setting)}. " if picture.setting else ""
        yield f"\n## {plain(picture.title)}\n\n{image}\n\n{setting}{plain(picture.caption)}"


def _cells(frames: Frames) -> Iterator[str]:
    for suite, part in frames.cells.groupby("suite", sort=False):
        cells = tables.of_cells(part)
        more = f"\n\n{cells.left_out:,} more stand in `frames/cells.csv`." if cells.left_out else ""
        yield f"\n## Cells: {plain(str(suite))}\n\n{table(cells)}{more}"


def table(data: Table) -> str:
    """Write a table."""
    rule = ["---:" if numeric else "---" for numeric in data.numeric]
    lines = [data.headings, rule, *data.rows]
    return "\n".join(f"| {' | '.join(plain(cell) if line is not rule else cell for cell in line)} |" for line in lines)


def _absences(frames: Frames) -> Iterator[str]:
    if len(frames.absences):
        yield "\n## Without a time\n"
    for (backend, kind, reason), part in frames.absences.groupby(["backend", "kind", "reason"], sort=False):
        yield f"- **{plain(str(backend))}** {kind} ({len(part)}): {plain(str(reason))}"


def facts(title: str, groups: Sequence[Sequence[tuple[str, str]]]) -> Iterator[str]:
    """Write a list of facts for each group, under the same title."""
    for group in groups:
        yield f"\n## {title}\n"
        yield from (f"- {plain(key)}: {plain(value)}" for key, value in group)
