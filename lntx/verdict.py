"""What is said of a benchmark, and of a suite: the gate's verdicts, each with all that follows from it but its sentences."""

from enum import StrEnum
from typing import Literal, Self

JUnit = Literal["failure", "skipped"]


class Verdict(StrEnum):
    """What is said of a benchmark, and of a suite; the members stand gravest first.

    `exit_code` is that of a suite, `junit` what JUnit calls a case of it (None for one that passes), `style` how a terminal
    shows it (in rich's words), `heading` says it of a suite. The sentences stand in `lntx.report.gate.verdicts`.
    """

    exit_code: int
    junit: JUnit | None
    style: str
    heading: str

    DISAGREES = "disagrees", 12, "failure", "bold red", "The results are not right"
    MISSING = "missing", 11, "failure", "bold red", "A benchmark went missing"
    SLOWER = "slower", 10, "failure", "bold red", "Something got slower"
    OVER = "over-budget", 10, "failure", "bold red", "A budget is exceeded"
    CONTAMINATED = "contaminated", 13, "skipped", "yellow", "Contaminated, which is no pass"
    INCONCLUSIVE = "inconclusive", 13, "skipped", "yellow", "Inconclusive, which is no pass"
    FASTER = "faster", 0, None, "green", "Nothing got slower, something got faster"
    NEW = "new", 0, None, "cyan", "Nothing to compare with"
    SAME = "same", 0, None, "", "Nothing got slower"

    def __new__(cls, text: str, exit_code: int, junit: JUnit | None, style: str, heading: str) -> Self:
        """Make a member, whose value is its text alone."""
        member = str.__new__(cls, text)
        member._value_ = text
        member.exit_code, member.junit, member.style, member.heading = exit_code, junit, style, heading
        return member

    @property
    def severity(self) -> int:
        """How grave it is, against the others; 0 for the least."""
        return len(Verdict) - 1 - list(Verdict).index(self)

    @property
    def passes(self) -> bool:
        """Whether a suite with this verdict passes."""
        return self.exit_code == 0

    @property
    def mark(self) -> str:
        """A sign for those who read a page in a hurry."""
        return {None: "✅", "failure": "❌", "skipped": "⚠️"}[self.junit]
