"""The page of a gate: the verdict, what to do, the table, and then whatever makes one believe it."""

from collections.abc import Sequence

from lntx.report import layout
from lntx.report.document import Finding, Picture
from lntx.report.gate import advice, tables, wording
from lntx.report.provenance import Story
from lntx.verdict import Ruling

_CALM = {"same", "faster", "new"}
_NAMED, _LENGTH = 300, 40


def page(told: Story, found: Sequence[Finding], drawn: Sequence[Picture], ruling: Ruling) -> str:
    """Lay the page out; every text from outside is escaped by the template."""
    identical = tables.identical(ruling)
    return layout.laid_out(
        "gate.html.j2",
        story=told,
        verdict=ruling.verdict,
        calm=ruling.verdict in _CALM and len(ruling.benchmarks) > 0,
        findings=layout.by_topic(found),
        lead=found[0],
        anchor=lambda finding: finding.figure if any(finding.figure == picture.name for picture in drawn) else "",
        advice=advice.advice(ruling),
        snippet=advice.snippet(ruling),
        pictures=[layout.shown(picture) for picture in drawn],
        benchmarks=tables.of_benchmarks(tables.others(ruling), length=_LENGTH),
        place=tables.place(ruling),
        alike=tables.alike(ruling),
        identical=[wording.name(one.name, 120) for one in identical[:_NAMED]],
        more=max(len(identical) - _NAMED, 0),
        counters=tables.of_counters(ruling),
        steady=tables.steady(ruling),
        sentinels=tables.of_benchmarks(ruling.sentinels),
        notes=[wording.name(note, 1000) for note in ruling.notes],
    )
