"""The short Markdown for a CI job's own page: the verdict, what isn't the same, and the rest folded away."""

from collections.abc import Iterator, Sequence

from lntx.escaping import shortened
from lntx.report.document import Block, Findings, Folded, Page, Section, Snippet, Text
from lntx.report.gate import acknowledging, left_out, provenance, tables, verdicts
from lntx.report.gate.findings import findings
from lntx.report.markdown import markdown
from lntx.result import BenchmarkResult, GateResult
from lntx.verdict import Verdict

LIMIT = 1024 * 1024
"""Bytes that GitHub takes of one step."""
_SHARE = 0.9  # the step may have more to say
_LENGTH, _SNIPPET, _COUNTERS, _SENTENCE = 80, 50_000, 50, 2000


def summary(result: GateResult, limit: int = int(_SHARE * LIMIT)) -> str:
    """Write the summary in at most so many bytes; what didn't fit is counted in a line of its own."""
    others = tables.others(result)
    shown = len(others)
    while True:
        text = markdown(page(result, others[:shown], len(others) - shown), level=2) + "\n"
        if len(text.encode()) <= limit:
            return text
        if not shown:
            return markdown(_shortest(result), level=2) + "\n"
        shown //= 2


def page(result: GateResult, shown: Sequence[BenchmarkResult], cut: int = 0) -> Page:
    """Build the summary of a gate's page, with some of its benchmarks."""
    first, *others = findings(result)
    title = f"{result.shown.mark} {verdicts.title(result)}"
    blocks = (*_blocks(result, shown), *([Folded("How far to trust it", (Findings(tuple(others)),))] if others else []))
    said = (_cut(cut), provenance.compared(result), left_out.sentence(result))
    texts = map(Text, filter(None, said))
    return Page(title, (str(first),), (Section("", (*blocks, *texts)),))


def _shortest(result: GateResult) -> Page:
    """Build the summary where whatever else there is to say would be too long."""
    first = shortened(str(findings(result)[0]), _SENTENCE)
    title = f"{result.shown.mark} {verdicts.title(result)}"
    return Page(title, (first,), (Section("", (Text(_cut(len(result.benchmarks))),)),))


def _blocks(result: GateResult, shown: Sequence[BenchmarkResult]) -> Iterator[Block]:
    moved = [one for one in shown if one.verdict is not Verdict.SAME]
    same = [one for one in shown if one.verdict is Verdict.SAME]
    if moved:
        yield tables.of_benchmarks(moved, most=len(moved), length=_LENGTH)
    yield from map(Text, verdicts.advice(result))
    if toml := acknowledging.snippet(result):
        yield Snippet(toml, "") if len(toml) < _SNIPPET else Text("It stands in the report.")
    alike = tables.alike(result)
    timed = (tables.of_benchmarks(same, most=len(same), length=_LENGTH),) if same else ()
    if timed or alike:
        yield Folded(_titled(result), (*timed, *((Text(alike),) if alike else ())))
    if result.budgets:
        yield Folded("Budgets", (tables.of_budgets(result, _COUNTERS),))
    lacking = left_out.table(result, _COUNTERS)
    if lacking.rows:
        yield Folded(f"Left out: {len(lacking.rows) + lacking.left_out:,}", (lacking,))
    counters = tables.of_counters(result, _COUNTERS)
    if counters.rows:
        yield Folded("Counters that differ", (counters,))


def _titled(result: GateResult) -> str:
    by_time = sum(one.verdict is Verdict.SAME for one in tables.others(result))
    return f"The same: {by_time:,} by time, {len(tables.identical(result)):,} by identity"


def _cut(count: int) -> str:
    if not count:
        return ""
    whole = "benchmark is" if count == 1 else "benchmarks are"
    return f"{count:,} more {whole} left out here, as a summary may be no longer; the report and gate.json have all of them."
