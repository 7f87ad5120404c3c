"""One contest: who takes part, what came of it, and the comparisons that follow."""

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
    """One comparison of times: a contestant with a peer or a probe. `measure` stands for "as fast as PEER" if empty."""

    key: str
    contestant: str
    peer: str
    wanted: float
    sense: Sense = "at least"
    measure: str = ""


@dataclass(slots=True)
class Contest:
    """Trainings of one problem and recipe, probes beside them, and after `play` the seconds of each.

    `times` are of the whole recipe, one number a round; those of a training that was timed for fewer epochs are
    multiplied up.
    """

    task: str
    trainings: Mapping[str, Training]
    probes: Mapping[str, Call]
    times: dict[str, tuple[float, ...]] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)

    @classmethod
    def of(cls, task: str, trainings: Sequence[Training], probes: Mapping[str, Call] | None = None) -> "Contest":
        """Set a contest up; LntxError where the recipe must diverge."""
        checked(trainings[0])
        return cls(task, {training.name: training for training in trainings}, probes or {})

    def play(self, patience: Patience) -> "Contest":
        """Prove everybody, then let them take turns, then prove what was timed last."""
        ready = {name: training for name, training in self.trainings.items() if training.ready()}
        seconds = turns({**ready, **self.probes}, patience)
        proved = {name: training for name, training in ready.items() if training.proved()}
        self.times = {name: seconds[name] for name in self.probes}
        for name, training in proved.items():
            self.times[name] = tuple(second * training.scale for second in seconds[name])
        absences = [training.absence for training in self.trainings.values() if training.absence]
        records = [training.record(seconds[name]) for name, training in proved.items()]
        self.outcome = Outcome(records=tuple(records), absences=tuple(absences))
        return self

    def target(self, wanted: Wanted, limit: str = "") -> Target:
        """Compare two contestants' times, round by round: how many times as fast the one is as the other.

        Where the most is wanted, the ratio is the other way round: how many times as long it takes.
        """
        pair = (wanted.peer, wanted.contestant) if wanted.sense == "at least" else (wanted.contestant, wanted.peer)
        missing = [name for name in pair if name not in self.times]
        return Target(
            key=wanted.key,
            task=self.task,
            contestant=self.tagged(wanted.contestant),
            measure=wanted.measure or f"as fast as {self.tagged(wanted.peer)}",
            unit="times",
            sense=wanted.sense,
            wanted=wanted.wanted,
            values=() if missing else ratios(*(self.times[name] for name in pair)),
            scaled=", ".join(filter(None, map(self._scaled, pair))),
            limit="" if missing else limit,
            reason="; ".join(map(self.reason, missing)),
        )

    def tagged(self, name: str) -> str:
        """Name a training with its work class, a probe as it is."""
        return self.trainings[name].tagged if name in self.trainings else name

    def reason(self, name: str) -> str:
        """Say why somebody has no time."""
        training = self.trainings[name]
        return f"{name}: {training.absence.reason}" if training.absence else f"{name} was not timed"

    def _scaled(self, name: str) -> str:
        return self.trainings[name].scaled if name in self.trainings else ""
