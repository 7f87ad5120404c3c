"""What came of a member in a stage, and what that makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lntx_redteam.members import Member

Outcome = Literal["found", "passed", "right", "believed", "broke", "none"]
"""found: lntx objects. passed: it doesn't. right: it doesn't, and what it printed is right. believed: it doesn't, and what it
printed is wrong. broke: the command itself ended, hung or came out with a traceback. none: nothing would show here."""

Verdict = Literal[
    "found", "made right", "missed", "broke lntx", "out of reach", "in reach after all", "left alone", "rejected"
]

FAILURES: tuple[Verdict, ...] = ("missed", "broke lntx", "in reach after all", "rejected")


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome, and the sentence that says why."""

    outcome: Outcome
    words: str = ""


NOTHING = Finding("none", "nothing of it would show here")


@dataclass(frozen=True, slots=True)
class Row:
    """A member and its findings, by the stage's name."""

    member: Member
    findings: Mapping[str, Finding]

    def has(self, outcome: Outcome) -> bool:
        """Whether any stage came to this."""
        return any(finding.outcome == outcome for finding in self.findings.values())

    @property
    def verdict(self) -> Verdict:
        """Say what came of the member altogether.

        A command that dies takes the results of others with it: that counts as a failure even where another stage finds
        the member. One that trains in its caller's own process, as `lntx train` does, may be ended with it.
        """
        if self.member.honest:
            return "rejected" if self.has("found") or self.has("believed") or self.has("broke") else "left alone"
        if self.member.out_of_reach:
            return "in reach after all" if self.has("found") else "out of reach"
        if any(found.outcome == "broke" for stage, found in self.findings.items() if stage != "train"):
            return "broke lntx"
        if self.has("found"):
            return "found"
        right = self.has("right") and not self.has("believed")
        return "made right" if self.member.healed and right else "missed"
