"""What a gate found, as a table for people: the worst first, verdicts coloured on a terminal."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from rich.text import Text

from lntx.cli.terminal import table
from lntx.result import BenchmarkResult, GateResult, Verdict

COLUMNS = ("benchmark", "verdict", "by", "ratio", "95 % interval", "pairs", "excluded above", "why")
_NUMBERS = ("ratio", "95 % interval", "pairs", "excluded above")
_NAME, _WHY, _MOST = 56, 100, 100


def view(result: GateResult) -> Iterator[Any]:
    """Yield what a person reads, top to bottom: the table, what was folded, notes, then the verdict and what to do."""
    from lntx.report.gate import tables, wording
    from lntx.report.gate.sentences import sentences

    others = tables.others(result)
    if others:
        yield of_benchmarks(others[:_MOST])
    if len(others) > _MOST:
        yield f"{len(others) - _MOST:,} more, no worse than these, stand in the report"
    if alike := tables.alike(result):
        yield alike
    yield from (f"note: {wording.name(note, 500)}" for note in result.notes)
    first, *_ = sentences(result)
    yield ""
    yield Text(first.text, result.shown.style)
    yield from _rest(result, first.detail)


def _rest(result: GateResult, detail: str) -> Iterator[str]:
    from lntx.report.gate import noise, verdicts
    from lntx.report.gate.acknowledging import snippet

    yield from (line for line in (detail, " ".join(noise.sentences(result)), *verdicts.advice(result)) if line)
    if toml := snippet(result):
        yield f"\n{toml.rstrip()}"


def of_benchmarks(judged: Sequence[BenchmarkResult], still: Collection[str] = ()) -> Any:
    """Lay some benchmarks out, as they come; those that are still measured have no verdict yet."""
    from lntx.report.gate import wording

    labels = wording.labels([one.name for one in judged], _NAME)
    rows = [row(one, labels[one.name], still=one.name in still) for one in judged]
    kept = [i for i in range(len(COLUMNS)) if any(cells[i] for cells in rows)]
    names = [COLUMNS[i] for i in kept]
    return table(
        names, ([cells[i] for i in kept] for cells in rows), numbers=[name for name in _NUMBERS if name in names]
    )


def row(one: BenchmarkResult, label: str, *, still: bool = False) -> list[str | Text]:
    """Say all of one benchmark in a line."""
    from lntx.report.gate import wording

    return [
        label,
        Text("open", "dim") if still else Text(one.verdict, one.verdict.style),
        "" if still else one.means,
        "" if one.ratio is None else wording.times(one.ratio),
        wording.interval(one),
        f"{one.pairs:,}" if one.pairs else "",
        wording.excluded(one),
        "" if one.verdict is Verdict.SAME and one.excludes else wording.name(one.reason, _WHY),
    ]
