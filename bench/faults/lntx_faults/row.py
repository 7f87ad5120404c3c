"""What came of trying a promise: plain values, which go to JSON and back."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of thing that was done to lntx, and what came of it.

    what says in a few words what was done, and to what; tried is how often. failures has a line for each try that broke the
    promise: what repeats it (a seed, a moment, an input), and what happened. found is what was measured besides, in words.
    """

    what: str
    tried: int
    failures: tuple[str, ...] = ()
    found: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A part's rows, and when, where and on which code they came about: a day, a machine in words, a commit."""

    part: str
    rows: tuple[Row, ...]
    seconds: float
    day: str
    machine: str
    commit: str
    quick: bool = False

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
    """A file of `parts/`: its name, what it promises, what it counts, and how often by default and in the short form."""

    name: str
    promise: str
    unit: str
    count: int
    quick: int = field(default=0)
