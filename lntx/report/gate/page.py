"""The page of a gate: the verdict, what to do, the table, and then whatever makes one believe it."""

from collections.abc import Sequence

from lntx.report import layout
from lntx.report.document import Finding, Picture
from lntx.report.gate import tables, verdicts, wording
from lntx.report.gate.acknowledging import snippet
from lntx.report.provenance import Story
from lntx.result import GateResult

_NAMED, _LENGTH = 300, 40


def page(told: Story, found: Sequence[Finding], drawn: Sequence[Picture], result: GateResult) -> str:
    """Lay the page out; every text from outside is escaped by the template."""
    identical = tables.identical(result)
    return layout.laid_out(
        "gate.html.j2",
        story=told,
        verdict=result.verdict,
        calm=result.shown.passes,
        findings=layout.by_topic(found),
        lead=found[0],
        anchor=lambda finding: finding.figure if any(finding.figure == picture.name for picture in drawn) else "",
        advice=verdicts.advice(result),
        snippet=snippet(result),
        pictures=[layout.shown(picture) for picture in drawn],
        benchmarks=tables.of_benchmarks(tables.others(result), length=_LENGTH),
        place=tables.place(result),
        alike=tables.alike(result),
        identical=[wording.name(one.name, 120) for one in identical[:_NAMED]],
        more=max(len(identical) - _NAMED, 0),
        counters=tables.of_counters(result),
        steady=tables.steady(result),
        sentinels=tables.of_benchmarks(result.sentinels),
        notes=[wording.name(note, 1000) for note in result.notes],
    )
