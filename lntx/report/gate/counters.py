"""The counters of a gate, in both arms, and what came of each."""

from dataclasses import dataclass

from lntx.judge.counts import TOLD, rose, switched_on
from lntx.report.units import clean
from lntx.result import BenchmarkResult, Count, GateResult

_LONG = 10_000


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of a benchmark in both arms; `verdict` says in words what came of it."""

    name: str
    counter: str
    base: float
    head: float
    rose: bool
    verdict: str


def counters(result: GateResult) -> list[Counter]:
    """List all, what rose first."""
    judged = {one.name: one for one in result.benchmarks}
    found = [
        Counter(
            clean(surveyed.name, _LONG), clean(count.name), count.base, count.head, rose(count),
            _counted(judged.get(surveyed.name), count, told=count.name in switched_on(surveyed.counts)),
        )
        for surveyed in result.surveyed
        for count in surveyed.counts
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.rose, one.name, one.counter))


def _counted(one: BenchmarkResult | None, count: Count, *, told: bool) -> str:
    """Return what came of a counter: an increase that nothing was said of was acknowledged."""
    if not rose(count):
        return "same or less"
    if one is None or one.means not in {"time", "counters"}:
        return "not judged"
    if f"{count.name} rose from" not in one.reason:
        return "told" if told else "acknowledged"
    return "told" if TOLD in one.reason else "slower"
