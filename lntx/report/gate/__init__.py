"""What people and programs see of a gate: made from its `lntx.result.GateResult` alone.

    rendered = lntx.report.gate.render(result, Path("results/gate/report"))     # page, Markdown, figures, frames
    summary  = lntx.report.gate.summary(result)                                 # for $GITHUB_STEP_SUMMARY
    xml      = lntx.report.gate.junit(result)
    document = lntx.report.gate.document(result)                                # what --json prints

Values in, values out: the same result gives the same bytes. Nothing here decides anything; verdicts are the judge's, and
an inconclusive one never reads as a pass. Drawing libraries are loaded when a page is rendered, and not before.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from lntx.report.gate.junit import junit
from lntx.report.gate.tables import document
from lntx.result import GateResult

if TYPE_CHECKING:
    from lntx.report.writing import Rendered

__all__ = ["document", "junit", "render", "summary"]


def render(result: GateResult, out: Path) -> "Rendered":
    """Write `report.html`, `report.md`, `figures/` and `frames/` into a folder; the page comes last.

    Raises InputError where the folder can't be written.
    """
    from lntx.report import writing  # noqa: PLC0415  (loads matplotlib and pandas)
    from lntx.report.gate import figures, frames, page  # noqa: PLC0415  (likewise)

    return writing.write(page.page(result, tuple(figures.pictures(result))), frames.named(result), out)


def summary(result: GateResult) -> str:
    """Write the short Markdown for a CI job's own page, never larger than it takes."""
    from lntx.report.gate import step_summary  # noqa: PLC0415  (loads matplotlib)

    return step_summary.summary(result)
