"""Where the suites meet the task: which backends a pytest process measures, and what becomes of each outcome."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lntx.errors import InputError
from lntx.host import threads
from lntx.measure.cell.stopwatch import Clock, Stopwatch
from lntx.measure.events import Outcome, StudyLog
from lntx.measure.task import Task
from lntx.record import Absence, Cell, Phase, Record
from lntx.storage.disk import write_text
from lntx.training import device as devices
from lntx.training import shelf
from lntx.training.backends import find, runnable
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.tables import from_table, problem_of
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe, precision

ANY = "any"
"""The backend's name in a discovery, where a cell stands for those of all backends."""

_SHARED = 2**28  # bytes of a table's arrays, up to which a study's processes share them


@dataclass(frozen=True, slots=True)
class Place:
    """What a cell has of where it is measured: its suite, the backend's name, the device, the threads."""

    suite: str
    backend: str
    device: str
    threads: int

    def cell(self, problem: Problem, recipe: Recipe, phase: Phase = "run", rows: int | None = None) -> Cell:
        """Return which cell a problem and a recipe are here; rows are those predicted for, else the problem's samples."""
        return Cell(
            suite=self.suite,
            problem=problem.name,
            backend=self.backend,
            device=self.device,
            dtype=recipe.dtype or problem.dtype,
            threads=self.threads,
            samples=rows or problem.samples,
            features=problem.features,
            outputs=problem.outputs,
            batch_size=rows or recipe.rows(problem.samples),
            epochs=recipe.epochs,
            phase=phase,
        )


@dataclass(slots=True)
class Session:
    """One pytest process at work on its task."""

    task: Task
    threads: int = field(default_factory=threads.physical)
    outcomes: list[Outcome] = field(default_factory=list)

    def places(self) -> list[tuple[str, str]]:
        """List each backend with each device that it is to be measured on; InputError for an unknown one."""
        if self.task.discovering:
            return [(ANY, self.task.devices[0])]
        for device in self.task.devices:
            devices.check(device)
        return runnable(self.task.backends, self.task.devices)

    @property
    def log(self) -> StudyLog | None:
        """The file that the driver reads, where there is one."""
        return StudyLog(Path(self.task.log)) if self.task.log else None

    def takes(self, point: str) -> bool:
        """Whether a point is among those to be measured."""
        return self.task.points is None or point in self.task.points

    def begin(self, point: str) -> None:
        """Note that a cell is begun; end at once when nobody waits for it any more."""
        if self.task.orphaned:
            os._exit(1)  # a test's own exit would be caught, and the next cell would disturb who measures now
        devices.limit_threads(self.threads)
        if self.log and not self.task.discovering:
            self.log.begin(point)

    def place(self, suite: str, backend: str, device: str, count: int | None = None) -> Place:
        """Return where a suite's cells are measured, and let them have so many threads: those of all others, if not said."""
        if count is not None:
            devices.limit_threads(count)  # until the next cell begins
        return Place(suite, backend, device, count or self.threads)

    def stopwatch(self, name: str, point: str, backend: str, clock: Clock) -> Stopwatch:
        """Hand out what measures a point with a backend."""
        return Stopwatch(name, point, find(backend), self.task, clock)

    def count(self, point: str, cell: Cell) -> None:
        """Note in a discovery which cell a point is."""
        if self.log:
            self.log.cell(point, cell)

    def finish(self) -> None:
        """Close a discovery with what the devices can do at most: nothing else is at work then."""
        if not (self.task.discovering and self.log):
            return
        from lntx.host import probes  # noqa: PLC0415  (asked for once in a study)

        devices.limit_threads(self.threads)
        for device in self.task.devices:
            self.log.limits(device, probes.measured(device, self.threads).plain())

    def leave_out(self, point: str, reason: str) -> None:
        """Note that a point can't be measured here."""
        if self.log:
            self.log.left_out(point, reason)

    def end(self, point: str, outcome: Outcome) -> None:
        """Keep an outcome, and tell the driver; where that is gone, a failure may come from printing to nobody."""
        if isinstance(outcome, Absence) and self.task.orphaned:
            os._exit(1)
        self.outcomes.append(outcome)
        if self.log:
            self.log.end(point, outcome)

    @property
    def records(self) -> list[Record]:
        """The outcomes that have a time."""
        return [outcome for outcome in self.outcomes if isinstance(outcome, Record)]

    @property
    def absences(self) -> list[Absence]:
        """The outcomes that have none."""
        return [outcome for outcome in self.outcomes if isinstance(outcome, Absence)]

    def table(self, folder: Path) -> Problem:
        """Read the user's own table, or scikit-learn's diabetes data, written to a folder first.

        Raises InputError where neither is at hand. In a study the arrays are read once: parsing a table, and loading what
        parses it, would take each process longer than its cell.
        """
        place = self.task.table()
        return _shared(place, lambda: self._read(folder)) if place else self._read(folder)

    def _read(self, folder: Path) -> Problem:
        if self.task.data is None:
            return from_table(_diabetes(Path(self.task.folder or folder)), "target", standardize=True)
        if self.task.target is None:
            raise InputError("a table needs the name of its target column; give --target")
        reading, dtype = Reading(**self.task.reading), None if self.task.dtype is None else precision(self.task.dtype)
        return problem_of(
            Path(self.task.data), [self.task.target], reading, standardize=self.task.standardize, dtype=dtype
        )[0]


def _shared(place: Path, read: Callable[[], Problem]) -> Problem:
    """Return the problem whose arrays an earlier process of the study left in a folder, or read it and leave them there."""
    inputs, targets, note = (shelf.load(place / f"{name}.npy") for name in ("X", "Y", "name"))
    if inputs is not None and targets is not None and note is not None:
        return Problem(inputs, targets, name=str(note))
    problem = read()
    if problem.mapped or problem.nbytes() > _SHARED:
        return problem
    for name, array in (("X", problem.X), ("Y", problem.Y), ("name", np.array(problem.name))):
        shelf.keep(place / f"{name}.npy", array)
    return problem


def _diabetes(folder: Path) -> Path:
    path = folder / "diabetes.csv"
    if path.exists():
        return path
    try:
        from sklearn.datasets import load_diabetes  # noqa: PLC0415  (a peer, not a need)
    except ImportError as error:
        raise InputError(
            "the diabetes data comes with scikit-learn, which is not installed; "
            "pip install scikit-learn, or give a table of your own with --data and --target"
        ) from error
    data = load_diabetes(as_frame=True, scaled=False)
    write_text(path, data.frame.to_csv(index=False))
    return path
