"""Where the suites meet the errand: which backends a pytest process measures, and what becomes of each outcome."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from lntx.errors import InputError
from lntx.host import pools, threads
from lntx.measure.cell.place import Place
from lntx.measure.cell.stopwatch import Clock, Stopwatch
from lntx.measure.errand import Errand
from lntx.measure.study.journal import Journal, Outcome
from lntx.record import Absence, Cell, Record
from lntx.training import device as devices
from lntx.training.backends import backends, chosen, find
from lntx.training.problem import Problem
from lntx.training.tables import from_table

ANY = "any"
"""The backend's name in a census, where a cell stands for those of all backends."""


@dataclass(slots=True)
class Station:
    """One pytest process at work on its errand."""

    errand: Errand
    threads: int = field(default_factory=threads.physical)
    outcomes: list[Outcome] = field(default_factory=list)

    def places(self) -> list[tuple[str, str]]:
        """List each backend with each device that it is to be measured on; InputError for an unknown one."""
        if self.errand.census:
            return [(ANY, self.errand.devices[0])]
        for device in self.errand.devices:
            devices.check(device)
        return places(self.errand.backends, self.errand.devices)

    @property
    def journal(self) -> Journal | None:
        """The file that the driver reads, where there is one."""
        return Journal(Path(self.errand.journal)) if self.errand.journal else None

    def takes(self, point: str) -> bool:
        """Whether a point is among those to be measured."""
        return self.errand.points is None or point in self.errand.points

    def begin(self, point: str) -> None:
        """Note that a cell is begun; end at once when nobody waits for it any more."""
        if self.errand.orphaned:
            os._exit(1)  # a test's own exit would be caught, and the next cell would disturb who measures now
        pools.limit(self.threads)
        if self.journal and not self.errand.census:
            self.journal.begin(point)

    def place(self, suite: str, backend: str, device: str, count: int | None = None) -> Place:
        """Say where a suite's cells are measured, and let them have so many threads: those of all others, if not said."""
        if count is not None:
            pools.limit(count)  # until the next cell begins
        return Place(suite, backend, device, count or self.threads)

    def stopwatch(self, name: str, point: str, backend: str, clock: Clock) -> Stopwatch:
        """Hand out what measures a point with a backend."""
        return Stopwatch(name, point, find(backend), self.errand, clock)

    def count(self, point: str, cell: Cell) -> None:
        """Note in a census which cell a point is."""
        if self.journal:
            self.journal.census(point, cell)

    def finish(self) -> None:
        """Close a census with what the devices can do at most: nothing else is at work then."""
        if not (self.errand.census and self.journal):
            return
        from lntx.host import probes  # noqa: PLC0415  (asked for once in a study)

        pools.limit(self.threads)
        for device in self.errand.devices:
            self.journal.limits(device, probes.measured(device, self.threads).plain())

    def leave_out(self, point: str, reason: str) -> None:
        """Note that a point can't be measured here."""
        if self.journal:
            self.journal.left_out(point, reason)

    def end(self, point: str, outcome: Outcome) -> None:
        """Keep an outcome, and tell the driver; where that is gone, a failure may come from printing to nobody."""
        if isinstance(outcome, Absence) and self.errand.orphaned:
            os._exit(1)
        self.outcomes.append(outcome)
        if self.journal:
            self.journal.end(point, outcome)

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

        Raises InputError where neither is at hand.
        """
        if self.errand.data is None:
            return from_table(_diabetes(Path(self.errand.folder or folder)), "target", standardize=True)
        if self.errand.target is None:
            raise InputError("a table needs the name of its target column; give --target")
        return from_table(self.errand.data, self.errand.target, standardize=self.errand.standardize)


def places(names: tuple[str, ...], devices: tuple[str, ...]) -> list[tuple[str, str]]:
    """Pair backends and devices: those named with each device, or, for none named, all that run here.

    A backend that is named and doesn't run here turns up with its reason; a variant is measured where it is named, by
    itself or as one of "name:*".
    """
    found = chosen(names) or {name: b for name, b in backends().items() if ":" not in name}
    pairs = [(name, device) for name in found for device in dict.fromkeys(devices)]
    return [(name, device) for name, device in pairs if names or not found[name].refuses(None, None, device)]


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
    data.frame.to_csv(path, index=False)
    return path
