"""What this process spends its seconds on: phases, in which each moment counts to the innermost one that is open.

A study's processes tell of it beside each outcome, so that a finished study says where its minutes went.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import time
from typing import Final

STARTING, IMPORTING, COLLECTING = "starting", "importing", "collecting"
DATA, PREPARING, CHOOSING, WARMING, TIMING = "data", "preparing", "choosing", "warming", "timing"
REFERENCE, PROVING, COUNTING, WAITING, REST = "reference", "proving", "counting", "waiting", "rest"

MEANINGS: Final = {
    STARTING: "Python and pytest",
    IMPORTING: "torch, and all that measures",
    COLLECTING: "the suites, until the first cell",
    DATA: "making problems, and batches",
    PREPARING: "moving, laying out, compiling",
    CHOOSING: "how many epochs to time",
    WARMING: "the calls before the timed ones",
    TIMING: "the timed calls",
    REFERENCE: "what weights are held against",
    PROVING: "holding weights against it, checkpoints, audits",
    COUNTING: "operations, shares of a step",
    WAITING: "for the other process to have been timed",
    REST: "anything else",
}
"""The phases in their order, and what is done in them."""


@dataclass(slots=True)
class _Phases:
    """Seconds by phase since they were last taken, and which phases are open."""

    since: float = field(default_factory=time)
    spent: dict[str, float] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def turn(self, name: str) -> None:
        now = time()
        self.spent[name] = self.spent.get(name, 0.0) + max(0.0, now - self.since)
        self.since = now


_PHASES = _Phases()


@contextmanager
def of(name: str) -> Iterator[None]:
    """Count what is done meanwhile to a phase, but for what is another's inside it."""
    _PHASES.turn(_PHASES.open[-1] if _PHASES.open else REST)
    _PHASES.open.append(name)
    try:
        yield
    finally:
        _PHASES.turn(_PHASES.open.pop())


def since(moment: float) -> None:
    """Count from a time of day (seconds since 1970): what this process did before it loaded this is known to who started it."""
    _PHASES.since = min(moment, _PHASES.since)


def until_now(name: str) -> None:
    """Count what was done since the last phase to a phase."""
    _PHASES.turn(_PHASES.open[-1] if _PHASES.open else name)


def taken() -> dict[str, float]:
    """Return the seconds of each phase since they were last taken, to a millisecond."""
    until_now(REST)
    found = {name: round(seconds, 3) for name, seconds in _PHASES.spent.items() if seconds >= 0.0005}  # noqa: PLR2004  (half a ms)
    _PHASES.spent = {}
    return found
