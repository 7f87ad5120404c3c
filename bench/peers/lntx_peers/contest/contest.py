"""One contest: who takes part, what came of it, and the comparisons that follow."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lntx.record import Absence, Record
from lntx.targets import Sense, Target
from lntx_peers.contest.training import Training, checked
from lntx_peers.contest.turns import Call, Patience, ratios, turns


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file of targets gives: the targets, and the records and absences behind them."""

    targets: tuple[Target, ...] = ()
    records: tuple[Record, ...] = ()
    absences: tuple[Absence, ...] = ()

    def __add__(self, other: "Outcome") -> "Outcome":
        """Join two."""
        return Outcome(self.targets + other.targets, self.records + other.records, self.absences + other.absences)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One comparison of times: a contestant with a peer or a probe. `measure` stands for "as fast as PEER" if empty.

    A peer that comes in several forms is the best of them. wanted is None for what is only shown.
    """

    key: str
    contestant: str
    peer: str
    wanted: float | None
    sense: Sense = "at least"
    measure: str = ""


@dataclass(slots=True)
class Contest:
    """Trainings of one problem and recipe, probes beside them, and after `play` the seconds of each.

    `times` are of the whole recipe, one number a round; those of a training that was timed for fewer epochs are
    multiplied up. A probe may be a sentence that says why there is none.
    """

    task: str
    trainings: Mapping[str, Training]
    probes: Mapping[str, Call | str]
    times: dict[str, tuple[float, ...]] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)

    @classmethod
    def of(cls, task: str, trainings: Sequence[Training], probes: Mapping[str, Call | str] | None = None) -> "Contest":
        """Set a contest up; LntxError where the recipe must diverge."""
        checked(trainings[0])
        return cls(task, {training.name: training for training in trainings}, probes or {})

    def play(self, patience: Patience) -> "Contest":
        """Prove everybody, then let them take turns, then prove what was timed last."""
        ready = {name: training for name, training in self.trainings.items() if training.ready()}
        probes = {name: probe for name, probe in self.probes.items() if not isinstance(probe, str)}
        seconds = turns({**ready, **probes}, patience)
        proved = {name: training for name, training in ready.items() if training.proved()}
        self.times = {name: seconds[name] for name in probes}
        for name, training in proved.items():
            self.times[name] = tuple(second * training.scale for second in seconds[name])
        absences = [training.absence for training in self.trainings.values() if training.absence]
        records = [training.record(seconds[name]) for name, training in proved.items()]
        self.outcome = Outcome(records=tuple(records), absences=tuple(absences))
        return self

    def best(self, name: str) -> str:
        """Name the form of a training, of those that were timed, with the least median; itself where there is but one."""
        forms = [form for form in self._forms(name) if form in self.times]
        return min(forms, key=lambda form: statistics.median(self.times[form]), default=name)

    def median(self, name: str) -> float | None:
        """Give the median seconds of the best form; None where there is none."""
        found = self.times.get(self.best(name))
        return statistics.median(found) if found else None

    def target(self, wanted: Wanted, limit: str = "") -> Target:
        """Compare two contestants' times, round by round: how many times as fast the one is as the other.

        Where the most is wanted, the ratio is the other way round: how many times as long it takes.
        """
        contestant, peer = self.best(wanted.contestant), self.best(wanted.peer)
        pair = (peer, contestant) if wanted.sense == "at least" else (contestant, peer)
        missing = [name for name in pair if name not in self.times]
        forms = sum(form in self.times for form in self._forms(wanted.peer))
        choice = f", the best of {forms}" if forms > 1 else ""
        return Target(
            key=wanted.key,
            task=self.task,
            contestant=self.tagged(contestant),
            measure=wanted.measure or f"as fast as {self.tagged(peer)}{choice}",
            unit="times",
            sense=wanted.sense,
            wanted=wanted.wanted,
            values=() if missing else ratios(*(self.times[name] for name in pair)),
            scaled=", ".join(filter(None, map(self._scaled, pair))),
            limit="" if missing else limit,
            reason="; ".join(map(self.reason, missing)),
        )

    def lasting(
        self, key: str, contestant: str, wanted: float, measure: str, parts: int = 1, limit: str = ""
    ) -> Target:
        """Hold a contestant's own seconds against what is wanted, of each of so many parts of the training."""
        known = contestant in self.times
        return Target(
            key=key,
            task=self.task,
            contestant=self.tagged(contestant),
            measure=measure,
            unit="s",
            sense="at most",
            wanted=wanted,
            values=tuple(second / parts for second in self.times[contestant]) if known else (),
            limit=limit if known else "",
            reason="" if known else self.reason(contestant),
        )

    def tagged(self, name: str) -> str:
        """Name a training with its work class, a probe as it is."""
        return self.trainings[name].tagged if name in self.trainings else name

    def reason(self, name: str) -> str:
        """Say why somebody has no time."""
        if name not in self.trainings:
            return f"{name}: {self.probes.get(name, 'it was not timed')}"
        absence = self.trainings[name].absence
        return f"{name}: {absence.reason}" if absence else f"{name} was not timed"

    def _forms(self, name: str) -> list[str]:
        return [form for form in self.trainings if form.partition(":")[0] == name]

    def _scaled(self, name: str) -> str:
        return self.trainings[name].scaled if name in self.trainings else ""
