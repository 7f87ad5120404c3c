"""Where the suites meet the task: which backends a pytest process measures, and what becomes of each outcome."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lntx.errors import InputError
from lntx.host import phases, quiet, threads
from lntx.measure.cell.loop_stopwatch import LoopStopwatch
from lntx.measure.cell.rounds import Clock
from lntx.measure.cell.stopwatch import Stopwatch
from lntx.measure.events import Outcome, StudyLog
from lntx.measure.place import Place
from lntx.measure.points import COUNTED
from lntx.measure.table import table_of
from lntx.measure.task import Task
from lntx.record import Absence, Cell, Record
from lntx.suggestion import suggestion
from lntx.training import device as devices
from lntx.training.backends import added, find, runnable
from lntx.training.linear.problem import Problem
from lntx.training.loop.file import load
from lntx.training.loop.loop import Loop
from lntx.training.loop.parameters import parsed

ANY = "any"
"""The backend's name in a discovery, where a cell stands for those of all backends."""


@dataclass(slots=True)
class Session:
    """One pytest process at work on its task."""

    task: Task
    threads: int = field(default_factory=threads.physical)
    outcomes: list[Outcome] = field(default_factory=list)
    reasons: set[str] = field(default_factory=set)
    """Why points were left out so far."""
    _loops: list[Loop] | None = None
    _begun: bool = False
    _linear: bool = False
    """Whether a cell of a linear model was counted: others have no limits that are known."""

    def __post_init__(self) -> None:
        """Take the backends that lie in files of somebody's own; InputError for one that holds none."""
        if self.task.company:
            quiet.join(Path(self.task.company))
        for file in self.task.backend_files:
            added(f"{file}:*")

    @property
    def driven(self) -> bool:
        """Whether a study's driver listens."""
        return self.task.log is not None

    def places(self, loops: Sequence[Loop] = ()) -> list[tuple[str, str]]:
        """List each backend, or each way of some loops, with each device that it is measured on; InputError for one unknown."""
        if self.task.discovering:
            return [(ANY, self.task.devices[0])]
        for device in self.task.devices:
            devices.check(device)
        if not loops:
            return runnable(self.task.backends, self.task.devices) if self.task.backends or not self.task.ways else []
        if self.driven and not self.task.ways:
            return []  # this process is about backends, and a loop's start and batches may take a while
        known = dict.fromkeys(way for loop in loops for way in loop.ways)
        able = {way for way in known if any(way in loop.ways and not self._why_not(loop, way) for loop in loops)}
        asked = [way for way in known if way in (self.task.ways or able)]
        return [(way, device) for way in asked for device in self.task.devices]

    def _why_not(self, loop: Loop, way: str) -> str | None:
        """Return why a loop can't go a way on any of the devices."""
        reasons = [loop.refuses(way, device) for device in self.task.devices]
        return None if None in reasons else reasons[0]

    def loops(self) -> list[Loop]:
        """Load the loops that are a study by themselves, in the dtype that was asked for; InputError for a file without one."""
        given = self.task.loops
        if self._loops is None:
            found = [load(file) for file in given.files] if given else []
            self._loops = [loop.at(dtype=self.task.dtype) for loop in found] if self.task.dtype else found
        return self._loops

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
            if not self._begun:
                phases.until_now(phases.COLLECTING)
            self._begun = True
            self.log.begin(point, phases.taken())

    def place(self, suite: str, backend: str, device: str, count: int | None = None) -> Place:
        """Return where a suite's cells are measured, and let them have so many threads: those of all others, if not said."""
        if count is not None:
            devices.limit_threads(count)  # until the next cell begins
        return Place(suite, backend, device, count or self.threads)

    def stopwatch(self, name: str, point: str, backend: str, clock: Clock) -> Stopwatch:
        """Hand out what measures a point with a backend."""
        return Stopwatch(name, point, find(backend), self.task, clock)

    def spread(self, loop: Loop) -> list[dict[str, Any]]:
        """Return the values of a loop's parameters that it is measured at; InputError for a parameter that it hasn't."""
        if not (self.task.loops and self.task.loops.axis):
            return [{}]
        name, values = parsed(loop.axes, self.task.loops.axis)
        return [{name: value} for value in dict.fromkeys(values)]

    def loop_stopwatch(self, name: str, point: str, loop: Loop, clock: Clock) -> LoopStopwatch:
        """Hand out what measures a point of a loop."""
        return LoopStopwatch(name, point, loop, self.task, clock)

    def count(self, point: str, cell: Cell) -> None:
        """Note in a discovery which cell a point is."""
        self._linear = True
        if self.log:
            self.log.cell(point, cell)

    def count_loop(self, point: str, cell: Cell, loop: Loop) -> None:
        """Note in a discovery which cell a point of a loop is, and the ways to go there: the reference and those asked for.

        Of those that can't be gone, why. Raises InputError where none is left, or the loop has none that was asked for.
        """
        reference, asked = next(iter(loop.ways)), self.task.ways
        for way in asked:
            if way not in loop.ways:
                raise InputError(f"{loop.name} has no way called {way!r}; {suggestion(way, loop.ways)}")
        wanted = {way: self._why_not(loop, way) for way in loop.ways if way == reference or way in (asked or loop.ways)}
        for way, reason in wanted.items():
            if reason:
                self.leave_out(f"{loop.name}, {way}", reason)
        if reason := wanted[reference]:
            raise InputError(
                f"{loop.name}: its first way, {reference}, is what all others are held against, but {reason}"
            )
        if self.log:
            labels = {way: loop.ways[way].label for way, why in wanted.items() if why is None}
            self.log.cell(point, cell, labels)

    def loops_in(self, module: Any) -> list[Loop]:
        """Find the loops that a suite's module has: its tests are spread over their ways, and not over the backends."""
        return list({id(item): item for item in vars(module).values() if isinstance(item, Loop)}.values())

    def finish(self) -> None:
        """Close a discovery with what the devices can do at most: nothing else is at work then."""
        if not (self.task.discovering and self.log and self._linear):
            return
        from lntx.host import probes  # noqa: PLC0415  (asked for once in a study)

        devices.limit_threads(self.threads)
        for device in self.task.devices:
            self.log.limits(device, probes.measured(device, self.threads).plain())

    def leave_out(self, point: str, reason: str) -> None:
        """Note that a point can't be measured here."""
        self.reasons.add(reason)
        if self.log:
            self.log.left_out(point, reason)

    def unreadable(self, point: str, reason: str) -> None:
        """Note that a suite can't be read, or fails before it measures."""
        if self.log:
            self.log.write({"event": "unreadable", "point": point, "reason": reason})

    def passed_over(self, point: str, reason: str) -> None:
        """Note that a suite leaves a test of its own out."""
        if reason not in {COUNTED, *self.reasons}:
            self.leave_out(point, reason)

    def end(self, point: str, outcome: Outcome) -> None:
        """Keep an outcome, and tell the driver; where that is gone, a failure may come from printing to nobody."""
        if isinstance(outcome, Absence) and self.task.orphaned:
            os._exit(1)
        self.outcomes.append(outcome)
        if self.log:
            self.log.end(point, outcome, spent=phases.taken())

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
        return table_of(self.task, folder)
