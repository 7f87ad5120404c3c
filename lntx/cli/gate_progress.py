"""A gate on a terminal while it runs: how far it is."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

from rich.console import Group
from rich.table import Table as RichTable
from rich.text import Text

from lntx.cli.gate_view import style
from lntx.cli.progress import QUIET_S, live, minutes
from lntx.cli.terminal import of_table, say
from lntx.result import BenchmarkResult, Progress
from lntx.verdict import Verdict

_SHOWN = 15  # benchmarks
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
            if news != said or monotonic() - told_s >= QUIET_S:  # it is also told while nothing new happens
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


def _benchmarks(judged: Sequence[BenchmarkResult], most: int, still: Collection[str] = ()) -> RichTable:
    from lntx.report.gate import tables

    return of_table(tables.of_benchmarks(judged, most=most, length=_NAME, why=_WHY, still=still), style)
