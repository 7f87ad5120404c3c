"""One cell of a loop in one process: check, prepare, warm up, time, prove. A time whose weights disagree is never given."""

from dataclasses import dataclass, replace
from typing import Any

from lntx.errors import Disagreement, LntxError, exhausted, told
from lntx.host import compilers, phases, quiet
from lntx.measure.cell import counters
from lntx.measure.cell.rounds import Clock, timed_rounds
from lntx.measure.cell.shares import shares
from lntx.measure.cell.steps import timed_steps
from lntx.measure.events import Outcome
from lntx.measure.task import Task
from lntx.record import Absence, Agreement, Cell, Kind, Record
from lntx.training import shelf
from lntx.training.loop.loop import Loop
from lntx.training.loop.prepared import LoopTraining

_COLD = 100  # steps of the first epoch that are timed cold, where it has more: what starting costs is over by then
_SHARED = "all loops"  # no backend's name
_UNRECORDED = "times of wrong weights are not recorded"


@dataclass(frozen=True, slots=True)
class LoopStopwatch:
    """What measures a loop's ways under a task; the first is the reference. `name` is the benchmark's, `point` the suite's."""

    name: str
    point: str
    loop: Loop
    task: Task
    clock: Clock

    @property
    def reference(self) -> str:
        """The way that the others are held against."""
        return next(iter(self.loop.labels))

    def measure(self, cell: Cell) -> Outcome:
        """Measure a cell in the phase that it names; give an absence where it has no time.

        run: some steps in the steady state, over and over from the same start. first: preparing and the first epoch, or some of
        its steps where an epoch is long, from empty compile caches, once in a process before all else.
        """
        phases.until_now(phases.DATA)
        known = self.task.references(_SHARED)
        try:
            if reason := self.loop.refuses(cell.backend, cell.device):
                return self._absence(cell, "refused", reason)
            with shelf.within(known, writes=cell.backend == self.reference):  # the others' code might change it
                return self._first(cell) if cell.phase == "first" else self._run(cell)
        except Disagreement as error:
            return self._absence(cell, "disagrees", f"{error}; {_UNRECORDED}")
        except LntxError as error:
            return self._absence(cell, "failed", str(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001  (somebody's way may raise anything)
            reason = "the memory was exhausted; try a smaller model or batch" if exhausted(error) else told(error)
            return self._absence(cell, "failed", reason)

    def _absence(self, cell: Cell, kind: Kind, reason: str, agreement: Agreement | None = None) -> Absence:
        return Absence(cell, kind, reason, self.loop.labels[cell.backend], agreement)

    def _steps(self, cell: Cell) -> int:
        """Take the steps that an earlier process chose, or choose."""
        chosen = self.task.timed_epochs.get(self.point)
        if chosen:
            return chosen
        with quiet.alone(), phases.of(phases.CHOOSING):
            return timed_steps(self.loop, self.reference, cell, self.task.profile)

    def _run(self, cell: Cell) -> Outcome:
        self.loop.check(cell.backend, cell.device)
        steps = self._steps(cell)
        if cell.backend != self.reference:
            with phases.of(phases.PROVING):
                self.loop.expect(cell.backend, cell.device, steps=steps)  # before the way's own code runs
        graphs = counters.Graphs()
        with counters.Memory(cell.device) as memory:
            with quiet.alone(), phases.of(phases.PREPARING):
                run = self.loop.prepare(cell.backend, cell.device, 1, steps=steps)
            run.varies = True
            with run.series():
                _, rounds, others = timed_rounds(self.clock, self.task.profile, run, cell)
                run.keep()
            run.check()
        found = {**graphs.counted(), **memory.counted(), **others}
        outcome = self._proved(cell, run, rounds, steps, found)
        if isinstance(outcome, Record) and self.task.thorough:
            with quiet.alone(), phases.of(phases.COUNTING):
                return replace(outcome, counters={**outcome.counters, **shares(run, cell.device)})
        return outcome

    def _first(self, cell: Cell) -> Outcome:
        steps = min(self.loop.facts().steps, _COLD)
        run: LoopTraining | None = None

        def cold() -> None:
            nonlocal run
            run = self.loop.prepare(cell.backend, cell.device, 1, steps=steps)
            with run.series():
                run.before()
                run()

        graphs = counters.Graphs()
        apart = compilers.empty(self.task.folder)
        with quiet.alone(), apart, counters.Memory(cell.device) as memory, phases.of(phases.TIMING):
            _, rounds = self.clock(cold, 1, 1)
        if run is None:
            return self._absence(cell, "failed", "it was never called")
        run.keep()
        run.check()
        return self._proved(cell, run, rounds, steps, {**graphs.counted(), **memory.counted()})

    def _proved(
        self, cell: Cell, run: LoopTraining, rounds: tuple[float, ...], steps: int, found: dict[str, float]
    ) -> Outcome:
        with phases.of(phases.PROVING):
            agreement = self.loop.agreement(run, thorough=self.task.thorough and cell.phase == "run")
        if not agreement.ok:
            return self._absence(cell, "disagrees", _apart(agreement), agreement)
        epoch = self.loop.facts().steps
        record: dict[str, Any] = {"prepare_s": (run.prepared_s,), "agreement": agreement}
        return Record(
            self.name,
            (rounds,),
            cell,
            self.loop.labels[cell.backend],
            timed_epochs=min(cell.epochs, max(1, steps // epoch)),
            timed_steps=steps,
            counters={**found, "steps_per_epoch": float(epoch)},
            baseline=self.reference,
            **record,
        )


def _apart(agreement: Agreement) -> str:
    worst = max(agreement.tensors, key=lambda tensor: tensor.share, default=None)
    if worst and worst.ok and agreement.note:  # it is no tensor that is wrong
        return f"{agreement.note}; {_UNRECORDED}"
    which = f"{worst.name} is" if worst else "its weights are"
    error, tolerance = (worst.error, worst.tolerance) if worst else (agreement.error, agreement.tolerance)
    note = f": {agreement.note}" if agreement.note else ""
    return f"{which} off by {error:.2g}, where rounding explains {tolerance:.2g}{note}; {_UNRECORDED}"
