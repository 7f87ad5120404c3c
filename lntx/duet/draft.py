"""A survey on its way: what each arm has, what is known of it so far, and what is in doubt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lntx.duet import compiled
from lntx.duet.endings import Doubt
from lntx.duet.naming import Candidate
from lntx.result import ARMS, Arm, Surveyed

Collected = Mapping[Arm, Mapping[str, Any]]
"""What the workers of both arms say that they have collected."""

GONE = "head has no benchmark of this name"
FURTHER = " (further benchmarks)"
"""What is added to a test's name for its benchmarks behind the first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file, or a part of it, that can't be collected in `arms`, and the error."""

    id: str
    arms: str
    message: str

    @property
    def text(self) -> str:
        """What is wrong, in a sentence."""
        return f"{self.id} can't be collected in {self.arms}: {self.message}"


@dataclass(slots=True)
class Draft:
    """What is known so far. `own` are base's candidates before head's files were laid over it, `there` each arm's after that.

    `rows` holds what is settled, by name, `doubts` what a second look must settle; `dropped` are tests that are no benchmarks.
    `problem` is what an arm couldn't collect; `rootdir` is pytest's root in head; `begun` says that tests have run, `at` which is
    at work, `lost` why a worker was lost there, `first_lost` why one was at first; `said` holds sentences on the whole suite;
    `deselected` counts benchmarks that head's settings, or pytest's arguments, leave out. `whole` says that `own` are all: base
    could collect its own files without an error. `apart` is what workers say of changes that they don't run.
    """

    changed: Sequence[str]
    own: dict[str, Candidate] = field(default_factory=dict)
    there: dict[Arm, dict[str, Candidate]] = field(default_factory=lambda: {arm: {} for arm in ARMS})
    rows: dict[str, Surveyed] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    problem: Problem | None = None
    rootdir: str = ""
    begun: bool = False
    at: str = ""
    lost: str = ""
    first_lost: str = ""
    said: list[str] = field(default_factory=list)
    deselected: int = 0
    whole: bool = True
    apart: list[Mapping[str, Any]] = field(default_factory=list)

    def names(self) -> list[str]:
        """Name all candidates, head's first."""
        return list(dict.fromkeys([*self.there["head"], *self.there["base"], *self.own]))

    def everything(self) -> dict[str, Candidate]:
        """Return all candidates by name, as head has them where it does."""
        return {**self.own, **self.there["base"], **self.there["head"]}

    def candidate(self, name: str) -> Candidate:
        """Find a candidate by name, as head has it where it does."""
        return next(found[name] for found in (self.there["head"], self.there["base"], self.own) if name in found)

    def arms(self, name: str) -> list[Arm]:
        """Name the arms that have it."""
        return [arm for arm in ARMS if name in self.there[arm]]

    def open(self) -> list[str]:
        """Name what some arm has, and nothing is known of."""
        return [name for name in self.names() if self.arms(name) and not self._known(name)]

    def lose(self, why: str) -> None:
        """Note that a worker was lost, and leave the test at which that was to a second look."""
        self.lost = why
        self.first_lost = self.first_lost or why
        if self.at and not self._known(self.at):
            self.doubts[self.at] = Doubt(why)

    def doubt_the_rest(self, why: str) -> None:
        """Leave all that is open to a second look."""
        self.doubts |= {name: Doubt(why) for name in self.open()}

    def idle(self) -> list[str]:
        """Name what base's own files have and no arm has called: base may have, before head's files were laid over it."""
        skipped = {name for name, one in self.rows.items() if one.base == one.head == "skipped"}
        unseen = {name for name, one in self.own.items() if not self.arms(name) and one.kind == "suspect"}
        return [name for name in self.own if name in skipped | unseen | (self.dropped & self.own.keys())]

    def ran_in_base(self, name: str) -> None:
        """Note that base called a benchmark until head's files were laid over it."""
        self.dropped.discard(name)
        known = self.rows.get(name)
        self.rows[name] = replace(known, base="passed") if known else Surveyed(name, "passed", "absent", GONE)
        if not known and self.arms(name):
            self.rows[name] = Surveyed(name, "passed", "skipped", "its test never calls it any more")

    def add(self, rows: Iterable[Surveyed]) -> None:
        """Add what is settled."""
        self.rows |= {one.name: one for one in rows}

    def leave_out(self, reasons: Mapping[str, str]) -> None:
        """Settle that some are judged in no arm, and why."""
        self.add(Surveyed(name, "skipped", "skipped", why) for name, why in reasons.items())

    def hear_apart(self, told: compiled.Told) -> None:
        """Take what the workers say of changes that they don't run; InputError where something else ran in their place."""
        compiled.check(told, self.changed)
        self.apart += told.values()

    def listed(self) -> tuple[Surveyed, ...]:
        """Return all rows, in the order of collection, what belongs to no candidate last."""
        for name, one in self.own.items():
            if not self._known(name) and one.kind == "given":
                self.rows[name] = Surveyed(name, "passed", "absent", GONE)
        order = {name: number for number, name in enumerate(self.names())}
        return tuple(sorted(self.rows.values(), key=lambda one: order.get(one.name.removesuffix(FURTHER), len(order))))

    def _known(self, name: str) -> bool:
        return name in self.rows or name in self.doubts or name in self.dropped
