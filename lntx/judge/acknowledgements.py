"""What a project takes knowingly: counters that may rise, and benchmarks that are gone on purpose, with the reasons.

Any other increase of a counter fails, however small, for it is certain.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lntx.constraints import Number
from lntx.judge import counts, globs
from lntx.result import Count, Surveyed

FILE = "lntx-gate.toml"
"""The file in head, at its root or nearer to where the gate is run, that says what the project wants of the gate."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What is meant, of the benchmarks that a glob names: one counter may rise to `most`, or they are `missing`.

    `why` is a sentence.
    """

    benchmark: str
    counter: str = ""
    most: Number | None = None
    why: str = ""
    missing: bool = False

    def names(self, name: str) -> bool:
        """Return whether a benchmark is meant."""
        return globs.names(self.benchmark, name)

    def covers(self, name: str, count: Count) -> bool:
        """Return whether this allows a benchmark's count."""
        if self.most is None or count.name != self.counter or not self.names(name):
            return False
        return not counts.exceeds(count.name, count.head, self.most)


def fault(one: Acknowledgement) -> str:
    """Return what is wrong with one, in words: it allows everything, or doesn't say why; empty for a right one."""
    if one.missing == bool(one.counter):
        return "needs either a counter or missing = true"
    if one.missing != (one.most is None):
        return f"needs {'no' if one.missing else 'a'} most"
    return "" if one.why.strip() else "doesn't say why"


def removed(surveyed: Surveyed, acknowledged: Sequence[Acknowledgement]) -> Acknowledgement | None:
    """Find the acknowledgement of a benchmark that base ran and head hasn't got; None where there is none, or no need."""
    if surveyed.base not in {"passed", "failed"} or surveyed.head in {"passed", "failed"}:
        return None
    return next((one for one in acknowledged if one.missing and one.names(surveyed.name)), None)


def notes(surveyed: Sequence[Surveyed], acknowledged: Sequence[Acknowledgement]) -> Iterator[str]:
    """Say of each benchmark that was removed on purpose why it was."""
    found = ((one.name, removed(one, acknowledged)) for one in surveyed)
    yield from (f"{name} is gone on purpose, says {FILE}: {leave.why}" for name, leave in found if leave)


def unacknowledged(surveyed: Surveyed, acknowledged: Sequence[Acknowledgement]) -> tuple[Count, ...]:
    """Return the counters that rose without leave."""
    rose = [count for count in surveyed.counts if counts.rose(count)]
    return tuple(count for count in rose if not any(one.covers(surveyed.name, count) for one in acknowledged))
