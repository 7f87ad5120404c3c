"""The waist of the hourglass: what passes from measuring to judging and reporting, and nothing else does.

A `Cell` says what was asked, a `Record` what was measured there, a `Study` holds the records of one session
with the machine they come from. All are frozen values of plain Python types: reading them needs no torch, no
numpy and no pandas. `lntx.storage` writes them as pytest-benchmark JSON and reads them back.
"""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal

from lntx import escaping, notebook
from lntx.agreement import Agreement, Checkpoint, TensorAgreement
from lntx.constraints import SPARSE, NonNegativeInt, Number, PositiveInt, Seconds

__all__ = [
    "ITEM_BYTES",
    "LINEAR",
    "SCHEMA",
    "Absence",
    "Agreement",
    "Cell",
    "Checkpoint",
    "Kind",
    "Phase",
    "Record",
    "Study",
    "TensorAgreement",
    "Unusable",
    "Work",
]

Phase = Literal["first", "prepare", "run", "predict"]
Work = Literal["steps", "algebra", "solution"]
Kind = Literal["refused", "failed", "timeout", "disagrees", "void"]

SCHEMA = 2
"""Version of what lntx adds to pytest-benchmark's JSON; raised when a reader of the old one would be misled.

1 had only linear models, whose cells named neither model nor axis; it is still read (`lntx.storage.older`).
"""

LINEAR = "linear"
"""The model of a problem: y = W x + b, trained by SGD."""

ITEM_BYTES = {"float32": 4.0, "float64": 8.0}
"""Bytes of a number, by dtype."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One point of a study: everything that two times must share before they may be compared.

    `suite` is the question asked (the stem of the bench file without `test_`), `batch_size` the rows of one
    step (the samples themselves for full batch), `epochs` the whole recipe's, also where fewer were timed. `model` is what
    is trained, with so many `parameters`, by which `optimizer`; a model that isn't linear has no features and outputs (0 of
    each), and its `backend` is the way in which a loop is run. `axis` is what the suite varies, empty where it varies nothing,
    and `value` the cell's place on it: a number, or words.
    """

    suite: str
    problem: str
    backend: str
    device: str
    dtype: str
    threads: PositiveInt
    samples: PositiveInt
    features: NonNegativeInt
    outputs: NonNegativeInt
    batch_size: PositiveInt
    epochs: PositiveInt
    phase: Phase
    model: str = LINEAR
    parameters: NonNegativeInt = 0
    optimizer: str = "SGD"
    axis: str = ""
    value: str | Number = ""

    @property
    def key(self) -> str:
        """The cell as one line, equal for equal cells on every machine."""
        model = (
            f"d{self.features}-o{self.outputs}" if self.linear else f"{self.model}-p{self.parameters}-{self.optimizer}"
        )
        sizes = f"n{self.samples}-{model}-b{self.batch_size}-e{self.epochs}"
        if not self.linear and self.axis:
            sizes += f"-{self.axis}={self.value}"
        place = f"{self.device}-{self.dtype}-t{self.threads}"
        return f"{self.suite}/{self.problem}/{self.backend}/{place}/{sizes}/{self.phase}"

    @property
    def linear(self) -> bool:
        """Whether a linear model is trained, whose algebra, bytes and FLOPs are known."""
        return self.model == LINEAR

    @property
    def steps(self) -> int:
        """Steps of the whole recipe: a last smaller batch counts as one."""
        return self.epochs * math.ceil(self.samples / self.batch_size)

    @property
    def data_bytes(self) -> float:
        """X and Y in bytes; not a number for a dtype that isn't known, and for what isn't linear."""
        if not self.linear:
            return math.nan
        return ITEM_BYTES.get(self.dtype, math.nan) * self.samples * (self.features + self.outputs)


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

    Of a loop's way, `baseline` is the way that it is held against, the first one, and `timed_steps` says how many steps each time
    is of, as an epoch may be too long to be timed. A problem's backends have neither.

    `changed` names what a stranger's backend changed of its process, in words ("the working directory"); it was put back.
    """

    name: str
    rounds: tuple[tuple[float, ...], ...]
    cell: Cell | None = None
    label: str = ""
    work: Work = "steps"
    timed_epochs: PositiveInt = 0  # where lntx did not run it
    prepare_s: tuple[Seconds, ...] = ()
    agreement: Agreement | None = None
    counters: Mapping[str, Number] = field(default_factory=dict)
    weighed: Mapping[str, Number] = field(default_factory=dict, metadata=SPARSE)
    stated: Mapping[str, Number] = field(default_factory=dict, metadata=SPARSE)
    traits: Mapping[str, str] = field(default_factory=dict, metadata=SPARSE)
    baseline: str = field(default="", metadata=SPARSE)
    timed_steps: NonNegativeInt | None = field(default=None, metadata=SPARSE)
    changed: tuple[str, ...] = field(default=(), metadata=SPARSE)

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
        """Whether the whole recipe was timed, not fewer epochs or steps of it."""
        if self.timed_steps and self.cell:
            return self.timed_steps >= self.epoch_steps * self.cell.epochs
        return self.cell is None or self.timed_epochs == self.cell.epochs

    @property
    def epoch_steps(self) -> float:
        """Steps of an epoch: those that a loop's batches make, or that the cell's sizes do; 1 without a cell."""
        return self.counters.get("steps_per_epoch") or (self.cell.steps / self.cell.epochs if self.cell else 1.0)

    @property
    def epochs_timed(self) -> float:
        """How many epochs each time is of, less than one where an epoch was too long."""
        return self.timed_steps / self.epoch_steps if self.timed_steps else float(self.timed_epochs)


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

    def __repr__(self) -> str:
        told = [notebook.count(len(self.records), "record"), f"{len(self.absences):,} without a time"]
        known = (str(self.about.get("profile") or ""), str(self.about.get("ended") or "")[:10])
        return f"<Study: {', '.join([*told, *(escaping.short(one) for one in known if one)])}>"

    def plot(self, name: str = "", part: str = "") -> Any:
        """Draw one of the report's pictures, the page's first if left out; its axes (`lntx.plotting.of_study`)."""
        return import_module("lntx.plotting").of_study(self, name, part)  # late: it lies above what it draws
