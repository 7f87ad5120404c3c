"""The short Markdown for a CI job's own page: the verdict, what isn't the same, and the rest folded away."""

from collections.abc import Iterator, Sequence
from html import escape

from lntx.report.document import Table
from lntx.report.gate import tables, verdicts
from lntx.report.gate.acknowledging import snippet
from lntx.report.gate.markdown import fenced
from lntx.report.gate.sentences import sentences
from lntx.report.markdown import bullet, plain, table
from lntx.result import BenchmarkResult, GateResult, Verdict

LIMIT = 1024 * 1024
"""Bytes that GitHub takes of one step."""
_SHARE = 0.9  # the step may have more to say
_LENGTH, _SNIPPET = 80, 50_000


def summary(result: GateResult, limit: int = int(_SHARE * LIMIT)) -> str:
    """Write the summary in at most so many bytes; what didn't fit is counted in a line of its own."""
    moved = [one for one in tables.others(result) if one.verdict is not Verdict.SAME]
    same = [one for one in tables.others(result) if one.verdict is Verdict.SAME]
    shown = len(moved) + len(same)
    while True:
        parts = _parts(result, moved[:shown], same[: max(shown - len(moved), 0)])
        left = len(moved) + len(same) - shown
        text = "\n".join([*parts, *([_left_out(left)] if left > 0 else []), ""])
        if len(text.encode()) <= limit or not shown:
            return text
        shown //= 2


def _parts(result: GateResult, moved: Sequence[BenchmarkResult], same: Sequence[BenchmarkResult]) -> Iterator[str]:
    first, *others = sentences(result)
    yield (
        f"## {result.shown.mark} {plain(verdicts.title(result))}\n\n{plain(first.text)} {plain(first.detail)}".rstrip()
        + "\n"
    )
    if moved:
        yield f"{table(tables.of_benchmarks(moved, len(moved), _LENGTH))}\n"
    yield from (f"{plain(told)}\n" for told in verdicts.advice(result))
    if toml := snippet(result):
        yield f"{fenced(toml)}\n" if len(toml) < _SNIPPET else "It stands in the report.\n"
    if same or tables.alike(result):
        yield folded(_titled(result), _alike(result, same))
    counters = tables.of_counters(result, 50)
    if counters.rows:
        yield folded("Counters that differ", [table(counters), *_more(counters)])
    yield folded("How far to trust it", [bullet(finding) for finding in others])


def folded(title: str, lines: Sequence[str]) -> str:
    """Fold lines away under a title."""
    body = "\n".join(lines)
    return f"<details><summary>{escape(title)}</summary>\n\n{body}\n\n</details>\n"


def _titled(result: GateResult) -> str:
    by_time = sum(one.verdict is Verdict.SAME for one in tables.others(result))
    return f"The same: {by_time:,} by time, {len(tables.identical(result)):,} by identity"


def _alike(result: GateResult, same: Sequence[BenchmarkResult]) -> list[str]:
    timed = [f"{table(tables.of_benchmarks(same, len(same), _LENGTH))}\n"] if same else []
    return [*timed, *([plain(tables.alike(result))] if tables.alike(result) else [])]


def _more(found: Table) -> list[str]:
    return [f"\n{found.left_out:,} more are left out here."] if found.left_out else []


def _left_out(count: int) -> str:
    whole = "benchmark is" if count == 1 else "benchmarks are"
    return f"{count:,} more {whole} left out here, as a summary may be no longer; the report and gate.json have all of them."
