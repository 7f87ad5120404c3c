"""The counters of a gate, in both arms, and what came of each."""

from dataclasses import dataclass

from lntx.report.units import clean
from lntx.result import BenchmarkResult, GateResult

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
            clean(surveyed.name, _LONG), clean(count.name), count.base, count.head, count.head > count.base,
            _counted(judged.get(surveyed.name), count.head > count.base),
        )
        for surveyed in result.surveyed
        for count in surveyed.counts
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.rose, one.name, one.counter))


def _counted(one: BenchmarkResult | None, rose: bool) -> str:
    """Return what came of a counter: an increase that did not make its benchmark slower was acknowledged."""
    if not rose:
        return "same or less"
    if one is None or one.means not in {"time", "counters"}:
        return "not judged"
    return "slower" if one.means == "counters" else "acknowledged"
