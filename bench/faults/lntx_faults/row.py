"""What came of trying a promise: plain values, which go to JSON and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of thing that was done to lntx, and what came of it.

    what says in a few words what was done, and to what; tried is how often. failures has a line for each try that broke the
    promise: what repeats it (a seed, a moment, an input), and what happened. Besides: counts of what is added up over rows of
    one kind, the most of what was measured, each by what it is, and found in words.
    """

    what: str
    tried: int
    failures: tuple[str, ...] = ()
    found: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)


Step = Callable[[Path], Row | Sequence[Row]]
"""Does one piece of a part's work in an empty folder of its own, and returns what came of it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one step of a part, and when, where and on which code: a day, a machine in words, a commit."""

    part: str
    step: str
    rows: tuple[Row, ...]
    seconds: float
    day: str
    machine: str
    commit: str

    @property
    def tried(self) -> int:
        """How often something was done to lntx."""
        return sum(row.tried for row in self.rows)

    @property
    def failures(self) -> list[str]:
        """What broke the promise, each with what was done."""
        return [f"{row.what}: {failure}" for row in self.rows for failure in row.failures]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of `parts/`: its name, what it promises, what it counts, how often by default and in the short form, and how.

    steps gives, for a count, what is to be done, by names: for the same count always the same.
    """

    name: str
    promise: str
    unit: str
    count: int
    quick: int
    steps: Callable[[int], Mapping[str, Step]]
