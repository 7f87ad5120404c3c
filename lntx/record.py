"""The waist of the hourglass: what passes from measuring to judging and reporting, and nothing else does.

A `Cell` says what was asked, a `Record` what was measured there, a `Study` holds the records of one session
with the machine they come from. All are frozen values of plain Python types: reading them needs no torch, no
numpy and no pandas. `lntx.storage` writes them as pytest-benchmark JSON and reads them back.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lntx.constraints import SPARSE, NonNegative, Number, PositiveInt, Unbounded

Phase = Literal["first", "prepare", "run", "predict"]
Work = Literal["steps", "algebra", "solution"]
Kind = Literal["refused", "failed", "timeout", "disagrees", "void"]

SCHEMA = 1
"""Version of what lntx adds to pytest-benchmark's JSON; raised when a reader of the old one would be misled."""

ITEM_BYTES = {"float32": 4.0, "float64": 8.0}
"""Bytes of a number, by dtype."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One point of a study: everything that two times must share before they may be compared.

    `suite` is the question asked (the stem of the bench file without `test_`), `batch_size` the rows of one
    step (the samples themselves for full batch), `epochs` the whole recipe's, also where fewer were timed.
    """

    suite: str
    problem: str
    backend: str
    device: str
    dtype: str
    threads: PositiveInt
    samples: PositiveInt
    features: PositiveInt
    outputs: PositiveInt
    batch_size: PositiveInt
    epochs: PositiveInt
    phase: Phase

    @property
    def key(self) -> str:
        """The cell as one line, equal for equal cells on every machine."""
        sizes = f"n{self.samples}-d{self.features}-o{self.outputs}-b{self.batch_size}-e{self.epochs}"
        place = f"{self.device}-{self.dtype}-t{self.threads}"
        return f"{self.suite}/{self.problem}/{self.backend}/{place}/{sizes}/{self.phase}"

    @property
    def steps(self) -> int:
        """Steps of the whole recipe: a last smaller batch counts as one."""
        return self.epochs * math.ceil(self.samples / self.batch_size)

    @property
    def data_bytes(self) -> float:
        """X and Y in bytes; not a number for a dtype that isn't known."""
        return ITEM_BYTES.get(self.dtype, math.nan) * self.samples * (self.features + self.outputs)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The error after some epochs, against the tolerance derived for that many; both relative, without unit.

    `epoch` is a fraction where less than an epoch was checked: the first samples alone, for one epoch. `loss` is the mean
    squared error over all samples there, in the units that were trained on, None where it wasn't asked for.
    """

    epoch: Number
    error: Unbounded
    tolerance: Unbounded
    loss: Unbounded | None = None

    @property
    def ok(self) -> bool:
        """Whether the error is a number within the tolerance."""
        return self.error <= self.tolerance  # False for NaN

    @property
    def share(self) -> float:
        """How much of the tolerance is used up, as a fraction; infinite where that is no number."""
        share = self.error / self.tolerance if self.tolerance else math.inf
        return math.inf if math.isnan(share) else share


@dataclass(frozen=True, slots=True)
class TensorAgreement:
    """How well one tensor of a model agrees, at the checkpoint where it comes nearest to its tolerance, or furthest beyond.

    `error` and `tolerance` are relative to how far the tensor moved in `steps` steps. `proved` is false for one that rounding
    alone moves about as far: its tolerance says nothing then.
    """

    name: str
    steps: PositiveInt
    error: Unbounded
    tolerance: Unbounded
    proved: bool = True

    @property
    def ok(self) -> bool:
        """Whether the error is a number within the tolerance."""
        return self.error <= self.tolerance  # False for NaN

    @property
    def share(self) -> float:
        """How much of the tolerance is used up, as a fraction; 0 for one that is due exactly, and is so."""
        if self.error == 0:
            return 0.0
        share = self.error / self.tolerance if self.tolerance else math.inf
        return math.inf if math.isnan(share) else share


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well the weights agree with the float64 reference, at every checkpoint and at the end.

    `error` and `tolerance` are those of the checkpoint that comes nearest to (or furthest beyond) its tolerance.
    `reference` says how the reference was reached: "steps" or "algebra"; or it is the "optimum", against which a solution
    is held. `truth` is the relative distance to the problem's true weights where they are known and free of noise, else
    None. `note` is a sentence on what the proof leaves open, or on how it failed; empty where there is nothing to say.
    `tensors` has each tensor of a loop's model by itself; a linear model's is empty.
    """

    checkpoints: tuple[Checkpoint, ...]
    reference: str
    truth: Unbounded | None = None
    note: str = field(default="", metadata=SPARSE)
    tensors: tuple[TensorAgreement, ...] = field(default=(), metadata=SPARSE)

    @property
    def worst(self) -> Checkpoint:
        """The checkpoint with the largest share of its tolerance used up."""
        return max(self.checkpoints, key=lambda point: point.share)

    @property
    def error(self) -> float:
        """Relative error at the worst checkpoint."""
        return self.worst.error

    @property
    def tolerance(self) -> float:
        """Tolerance at the worst checkpoint."""
        return self.worst.tolerance

    @property
    def ok(self) -> bool:
        """Whether every checkpoint holds; never true without one."""
        return bool(self.checkpoints) and all(point.ok for point in self.checkpoints)

    @classmethod
    def worst_of(cls, several: Sequence["Agreement"]) -> "Agreement":
        """Join those of several processes: the checkpoints of the most thorough, and the worst of the ends."""
        thorough = max(several, key=lambda found: len(found.checkpoints))
        ends = cls(tuple(found.checkpoints[-1] for found in several), thorough.reference)
        note = next((found.note for found in several if found.note), "")
        return cls((*thorough.checkpoints[:-1], ends.worst), thorough.reference, thorough.truth, note, thorough.tensors)


@dataclass(frozen=True, slots=True)
class Record:
    """One measured cell.

    `rounds` holds the raw seconds, one tuple for each process. Each time is that of `timed_epochs` epochs, which
    are fewer than the cell's epochs where the whole would have taken too long. `cell` is None for a benchmark
    that lntx did not run itself (any project's pytest-benchmark file); such a record has no agreement. Of a backend that
    let one of the others do the work, `weighed` holds the seconds that it expected of each, the one it took first.

    Of a file that keeps no raw rounds, `stated` holds what it says of them: `min`, `median` and `mean` in seconds, their
    number as `rounds`, and so on, each only where it is there. `traits` are what else tells a benchmark of somebody else's
    from others of its name in one file (its group, its parameters), `turn` and `of` among them where there are such.
    """

    name: str
    rounds: tuple[tuple[float, ...], ...]
    cell: Cell | None = None
    label: str = ""
    work: Work = "steps"
    timed_epochs: PositiveInt = 0  # where lntx did not run it
    prepare_s: tuple[NonNegative, ...] = ()
    agreement: Agreement | None = None
    counters: Mapping[str, Number] = field(default_factory=dict)
    weighed: Mapping[str, Number] = field(default_factory=dict, metadata=SPARSE)
    stated: Mapping[str, Number] = field(default_factory=dict, metadata=SPARSE)
    traits: Mapping[str, str] = field(default_factory=dict, metadata=SPARSE)

    @property
    def taken(self) -> str:
        """The backend that did the work for this one; empty where it did so itself."""
        return next(iter(self.weighed), "")

    @property
    def medians(self) -> tuple[float, ...]:
        """Seconds, one number for each process: rounds inside a process are not replicates. None where only a mean is known."""
        found = tuple(statistics.median(rounds) for rounds in self.rounds if rounds)
        return found or ((self.stated["median"],) if "median" in self.stated else ())

    @property
    def seconds(self) -> float:
        """The median over the processes of the median of their rounds, for the epochs that were timed."""
        return statistics.median(self.medians)

    @property
    def whole(self) -> bool:
        """Whether the whole recipe was timed, not fewer epochs of it."""
        return self.cell is None or self.timed_epochs == self.cell.epochs


@dataclass(frozen=True, slots=True)
class Absence:
    """A cell without a time, and why: a refusal, a failure, a time limit, weights that disagree, an impossible time (void)."""

    cell: Cell
    kind: Kind
    reason: str
    label: str = ""
    agreement: Agreement | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A benchmark in somebody else's file without a time that could be used, and why; `file` is the name of that file."""

    name: str
    reason: str
    file: str = ""
    traits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Study:
    """The records of one session on one machine, and the cells that gave none.

    `machine` is the fingerprint (flat, plain values; never the clock speed of the moment), `about` says how the
    study came to be: command, profile, lntx version, commit, start and end (ISO 8601, UTC). `unusable` are the benchmarks of
    a file of somebody else's that have no time to go by: they cost the others nothing.
    """

    records: tuple[Record, ...]
    absences: tuple[Absence, ...] = ()
    machine: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    unusable: tuple[Unusable, ...] = ()
