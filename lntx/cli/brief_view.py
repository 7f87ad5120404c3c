"""A study in short, as a terminal shows it: the answer, a table, and a sentence from each card."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lntx.cli.terminal import of_table, prose
from lntx.escaping import shortened

if TYPE_CHECKING:
    from lntx.report.document import Brief, Finding

_WARNINGS, _LONG = 5, 400  # how many, and letters of one


def view(brief: "Brief") -> Iterator[Any]:
    """Yield what a person reads, top to bottom."""
    if brief.answer:
        yield prose(brief.answer, "bold")
    if brief.table is not None:
        yield ""
        yield of_table(brief.table)
        if brief.table.left_out:
            yield f"... and {brief.table.left_out:,} more"
        yield ""
    yield from (prose(f"! {_warning(finding)}", "red") for finding in brief.warnings[:_WARNINGS])
    if len(brief.warnings) > _WARNINGS:
        yield f"! {len(brief.warnings) - _WARNINGS:,} more warnings stand in the report"
    yield from map(prose, brief.sentences)


def _warning(finding: "Finding") -> str:
    """Write a warning with its conditions, or without where they make it too long to read here."""
    return shortened(finding if len(str(finding)) <= _LONG else finding.text, _LONG)
