"""How far a gate is, while it runs: a table that follows it on a terminal, a line now and then elsewhere."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Group
from rich.text import Text

from lntx.cli.gatetable import of_benchmarks
from lntx.cli.terminal import live, say
from lntx.result import BenchmarkResult, Progress, Verdict

_SHOWN = 15
_NAME = 60


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
    """Say in a line how far it is."""
    counts = Counter(one.verdict for one in now.done)
    decided = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    parts = [
        f"pair {now.pair} of at most {now.cap}" if now.pair else now.stage,
        f"{len(now.done)} decided{f' ({decided})' if decided else ''}" if now.done or now.open else "",
        f"{len(now.open)} open" if now.open else "",
        f"at most {_minutes(now.eta_s)} to go" if now.eta_s is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def picture(now: Progress) -> Group:
    """Make what stands on a terminal: a line, what is at work, and the benchmarks, the decided ones first."""
    from lntx.report.gate import wording

    still = {one.name for one in now.estimates}
    judged = [*wording.worst_first(_moved(now.done)), *sorted(now.estimates, key=lambda one: one.name)]
    left = len(judged[_SHOWN:]) + len(set(now.open) - still)
    at = [Text(f"now: {wording.name(now.at, _NAME)}", "dim")] if now.at else []
    body = [of_benchmarks(judged[:_SHOWN], still)] if judged else []
    more = [Text(f"and {left:,} more", "dim")] if left else []
    return Group(Text(line(now), "bold"), *at, *body, *more)


def _moved(done: Sequence[BenchmarkResult]) -> list[BenchmarkResult]:
    """Leave out what is the same: the line counts it."""
    return [one for one in done if one.verdict is not Verdict.SAME]


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
