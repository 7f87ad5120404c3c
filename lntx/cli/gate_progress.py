"""A gate on a terminal: how far it is while it runs, and what it found."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Group
from rich.table import Table as RichTable
from rich.text import Text

from lntx.cli.terminal import live, minutes, of_table, say
from lntx.result import BenchmarkResult, GateResult, Progress
from lntx.verdict import Verdict

_SHOWN, _MOST = 15, 100
_NAME, _WHY = 56, 100


@contextmanager
def watching() -> Iterator[Callable[[Progress], None]]:
    """Give what a gate tells its progress to."""
    with live() as show:
        said: tuple[Any, ...] = ()

        def watch(now: Progress) -> None:
            nonlocal said
            if show is not None:
                show(picture(now))
            elif said != (said := (now.stage, now.pair, len(now.done))):  # it is also told while nothing new happens
                say(line(now))

        yield watch


def line(now: Progress) -> str:
    """Return in a line how far it is."""
    counts = Counter(one.verdict for one in now.done)
    decided = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    parts = [
        f"pair {now.pair} of at most {now.cap}" if now.pair else now.stage,
        f"{len(now.done)} decided{f' ({decided})' if decided else ''}" if now.done or now.open else "",
        f"{len(now.open)} open" if now.open else "",
        f"at most {minutes(now.eta_s)} to go" if now.eta_s is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def picture(now: Progress) -> Group:
    """Make what stands on a terminal: a line, what is at work, and the benchmarks, the decided ones first."""
    from lntx.report.gate import wording

    still = {one.name for one in now.estimates}
    judged = [*_moved(now.done), *now.estimates]
    left = len(judged[_SHOWN:]) + len(set(now.open) - still)
    at = [Text(f"now: {wording.name(now.at, _NAME)}", "dim")] if now.at else []
    body = [_benchmarks(judged, _SHOWN, still)] if judged else []
    more = [Text(f"and {left:,} more", "dim")] if left else []
    return Group(Text(line(now), "bold"), *at, *body, *more)


def _moved(done: Sequence[BenchmarkResult]) -> list[BenchmarkResult]:
    """Leave out what is the same: the line counts it."""
    return [one for one in done if one.verdict is not Verdict.SAME]


def view(result: GateResult) -> Iterator[Any]:
    """Yield what a person reads, top to bottom: the table, what was folded, notes, then the verdict and what to do."""
    from lntx.report.gate import acknowledging, findings, left_out, provenance, tables, verdicts, wording

    others = tables.others(result)
    if others:
        yield _benchmarks(others, _MOST)
    if len(others) > _MOST:
        yield f"{len(others) - _MOST:,} more, no worse than these, stand in the report"
    if alike := tables.alike(result):
        yield alike
    yield from left_out.lines(result)
    yield from (f"note: {wording.name(note, 500)}" for note in left_out.notes(result))
    first, *_ = findings.findings(result)
    yield ""
    yield Text(first.text, result.shown.style)
    told = (first.detail, provenance.compared(result), " ".join(findings.noise(result)), *verdicts.advice(result))
    yield from filter(None, told)
    if toml := acknowledging.snippet(result):
        yield f"\n{toml.rstrip()}"


def _benchmarks(judged: Sequence[BenchmarkResult], most: int, still: Collection[str] = ()) -> RichTable:
    from lntx.report.gate import tables

    return of_table(tables.of_benchmarks(judged, most=most, length=_NAME, why=_WHY, still=still), _style)


def _style(heading: str, cell: str) -> str:
    """Colour verdicts, whose cells may say by which means."""
    verdict = cell.partition(" ")[0] if heading == "verdict" else ""
    return {"": "", **{member.value: member.style for member in Verdict}}.get(verdict, "dim")
