"""Where a gate's seconds go, of a pure Python suite and of one on torch: python -m lntx_selftest.costs [-o FILE].

A gate of equal code is run to its cap, and what it does is timed on the way: what comes once (worktrees, the survey), and what
each pair of workers costs, the medians over pairs. Of a pair the quads are what it is for; all else is its price.
"""

import argparse
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from unittest import mock

from lntx.duet import timing
from lntx.duet.config import GateConfig
from lntx.duet.gate import gate
from lntx.duet.pair import worker_pair
from lntx.duet.timing import Clock, Sweeper
from lntx.report import units
from lntx.result import Progress, Rules
from lntx_selftest.runs.gates import LAYERS, PLAIN
from lntx_selftest.subject.repository import subject

SUITES = {"pure Python": PLAIN, "torch": LAYERS}
PAIRS, QUICK = 12, 2
_PARTS = {
    "first": "the first call of each benchmark",
    "calibrated": "finding how many calls make a batch (the first pair alone)",
    "warm": "warming up",
    "quads": "quads: what counts",
}
_START, _END, _REST = "starting Python, imports, collection", "ending", "fixtures, results, messages between"


@dataclass(slots=True)
class Spent:
    """Seconds of one gate: before it surveys, of the survey, and by part of each pair, `whole` among them."""

    prepared_s: float = 0.0
    surveyed_s: float = 0.0
    benchmarks: int = 0
    pairs: list[dict[str, float]] = field(default_factory=list)

    def middle(self, part: str) -> float:
        """The median over pairs of one part."""
        return statistics.median(pair.get(part, 0.0) for pair in self.pairs)


@contextmanager
def _watched(spent: Spent) -> Iterator[None]:
    """Add to what was spent while a gate runs: the clock's parts, and all around them."""
    now: defaultdict[str, float] = defaultdict(float)
    real_pair, real_sweep = worker_pair, Sweeper.sweep

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            began = monotonic()
            try:
                return function(*args, **named)
            finally:
                now[name] += monotonic() - began

        return call

    @contextmanager
    def pair(*args: Any, **named: Any) -> Iterator[Any]:
        manager, began = real_pair(*args, **named), monotonic()
        with manager as given:
            now[_START] += monotonic() - began
            yield given
            began = monotonic()
        now[_END] += monotonic() - began

    def sweep(self: Sweeper, number: int, *args: Any) -> Any:
        now.clear()
        began = monotonic()
        swept = real_sweep(self, number, *args)
        now["whole"] = monotonic() - began
        now[_REST] = now["whole"] - sum(now[part] for part in (*_PARTS, _START, _END))
        spent.pairs.append(dict(now))
        return swept

    with ExitStack() as stack:
        for part in _PARTS:
            stack.enter_context(mock.patch.object(Clock, part, timed(part, getattr(Clock, part))))
        stack.enter_context(mock.patch.object(timing, "worker_pair", pair))
        stack.enter_context(mock.patch.object(Sweeper, "sweep", sweep))
        yield


def measured(root: Path, suite: str, pairs: int) -> Spent:
    """Run a gate of equal code on one suite of the subject; LntxError where it breaks down."""
    spent, began, stages = Spent(), monotonic(), dict[str, float]()

    def watch(now: Progress) -> None:
        stages.setdefault(now.stage, monotonic())

    request = GateConfig(
        root, "base", "equal", (suite,), rules=Rules(looks=(pairs,)), python=sys.executable, guard=False, counters=False
    )
    with _watched(spent):
        ruling = gate(request, watch)
    spent.prepared_s = stages["survey"] - began
    spent.surveyed_s = stages["pairs"] - stages["survey"] - spent.pairs[0][_START]
    spent.benchmarks = len(ruling.benchmarks)
    return spent


def lines(found: dict[str, Spent]) -> Iterator[str]:
    """Yield the table in Markdown, line by line."""
    several = found.values()
    heads = [f"{name}, {units.plural(one.benchmarks, 'benchmark')}" for name, one in found.items()]
    yield f"| | {' | '.join(heads)} |"
    yield "|---|" + "--:|" * len(found)
    yield _row("once: settings and worktrees", [one.prepared_s for one in several])
    yield _row("once: the survey", [one.surveyed_s for one in several])
    for part, said in {_START: _START, **_PARTS, _REST: _REST, _END: _END}.items():
        yield _row(f"a pair: {said}", [one.middle(part) for one in several])
    yield _row("a pair, in all", [one.middle("whole") for one in several])


def _row(what: str, seconds: list[float]) -> str:
    return f"| {what} | {' | '.join(units.seconds(max(one, 0.0)) for one in seconds)} |"


def main() -> None:
    """Print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m lntx_selftest.costs", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--out", type=Path, help="a Markdown file")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} pairs, to see that it works")
    asked = parser.parse_args()
    with subject() as root:
        found = {name: measured(root, suite, QUICK if asked.quick else PAIRS) for name, suite in SUITES.items()}
    table = "\n".join(lines(found)) + "\n"
    print(table, end="")  # noqa: T201
    if asked.out:
        asked.out.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
