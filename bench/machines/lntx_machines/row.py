"""What came of trying a promise: plain values, which go to JSON and back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was tried: what, what was wanted of it, and what was found.

    predicted is what a model said beforehand, apart from what was measured; empty where nothing was predicted. ok is None where
    nothing was wanted, or it can't be tried here.
    """

    what: str
    wanted: str
    found: str
    ok: bool | None = None
    predicted: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A part's rows, and when, where and on which code they came about: a day, a machine in words, a commit."""

    part: str
    promise: str
    order: int
    rows: tuple[Row, ...]
    seconds: float
    day: str
    machine: str
    commit: str

    @property
    def failures(self) -> list[str]:
        """What wasn't as it was wanted."""
        return [f"{self.part}: {row.what}: {row.found}" for row in self.rows if row.ok is False]
