"""A gate on a terminal: how far it is while it runs, and what it found."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

from rich.console import Group
from rich.table import Table as RichTable
from rich.text import Text

from lntx.cli.terminal import live, minutes, of_table, prose, say
from lntx.result import BenchmarkResult, GateResult, Progress
from lntx.verdict import Verdict

_SHOWN, _SHORT, _LEFT_OUT = 15, 20, 10  # benchmarks while it runs, and at its end; those that are left out
_QUIET_S = 60.0  # between two lines, where nobody looks and nothing new happens
_NAME, _WHY = 56, 100


@contextmanager
def watching() -> Iterator[Callable[[Progress], None]]:
    """Give what a gate tells its progress to."""
    with live() as show:
        said: tuple[Any, ...] = ()
        told_s = monotonic()

        def watch(now: Progress) -> None:
            nonlocal said, told_s
            if show is not None:
                show(picture(now))
                return
            news = (now.stage, now.pair > 0, len(now.done))
            if news != said or monotonic() - told_s >= _QUIET_S:  # it is also told while nothing new happens
                said, told_s = news, monotonic()
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
    """Yield what a person reads, top to bottom: the verdict, the table, what was folded and left out, then what to do."""
    from lntx.report.gate import acknowledging, cards, findings, left_out, provenance, tables, wording

    found = findings.findings(result)
    first, others = found[0], tables.others(result)
    yield prose(first.text, result.shown.style)
    yield ""
    if others:
        yield of_table(tables.in_short(others, most=_SHORT), _style)
    if len(others) > _SHORT:
        yield f"{len(others) - _SHORT:,} more, no worse than these, stand in the report"
    if alike := tables.alike(result):
        yield prose(alike)
    yield ""
    yield from left_out.lines(result, _LEFT_OUT)
    yield from (prose(f"note: {wording.name(note, 500)}") for note in left_out.notes(result))
    if compared := provenance.compared(result):
        yield prose(compared)
    yield from (prose(f"{card.title}: {card.sentences[0]}") for card in cards.cards(result, found))
    if toml := acknowledging.snippet(result):
        yield f"\nIn lntx-gate.toml, this acknowledges what rose:\n\n{toml.rstrip()}"


def _benchmarks(judged: Sequence[BenchmarkResult], most: int, still: Collection[str] = ()) -> RichTable:
    from lntx.report.gate import tables

    return of_table(tables.of_benchmarks(judged, most=most, length=_NAME, why=_WHY, still=still), _style)


def _style(heading: str, cell: str) -> str:
    """Colour verdicts, whose cells may say by which means."""
    verdict = cell.partition(" ")[0] if heading == "verdict" else ""
    return {"": "", **{member.value: member.style for member in Verdict}}.get(verdict, "dim")
