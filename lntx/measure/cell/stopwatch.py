"""One cell in one process: refuse, prepare, warm up, time, prove. A time whose weights disagree is never given."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter

from lntx.errors import Disagreement, Diverged, InputError, exhausted, told
from lntx.host import compilers, phases, quiet
from lntx.host.neighbours import SHARE
from lntx.measure.cell import counters, plausibility, proof
from lntx.measure.cell.pilot import Pilot, timed_epochs
from lntx.measure.cell.plausibility import Floor
from lntx.measure.cell.prediction import Prediction
from lntx.measure.cell.rounds import Clock, timed_rounds
from lntx.measure.events import Outcome
from lntx.measure.task import Task
from lntx.record import Absence, Agreement, Cell, Checkpoint, Kind, Record
from lntx.training import device as devices
from lntx.training import shelf
from lntx.training.backends import own, shelf_of
from lntx.training.backends.interface import Backend
from lntx.training.boundary import Lent, NoFit, Training, prepared
from lntx.training.fit import Fit
from lntx.training.fit import Outcome as Trained
from lntx.training.linear import stability
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

_UNRECORDED = "times of wrong weights are not recorded"


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """What measures one backend's cells under a task. `name` is the benchmark's, `point` the suite's."""

    name: str
    point: str
    backend: Backend
    task: Task
    clock: Clock

    def measure(self, cell: Cell, problem: Problem, recipe: Recipe) -> Outcome:
        """Measure a cell of this problem and recipe, in the phase that it names; give an absence where it has no time.

        run: the training in its steady state, all epochs, or as many as fit the profile's budget. first: preparing and
        one epoch together, from empty compile caches, once in a process before all else. predict: `model(x)` with the
        model that the backend trains. The seconds to prepare a run are those with filled caches: a pilot or an
        earlier process has compiled the same already.
        """
        phases.until_now(phases.DATA)
        if reason := self._refusal(cell, problem, recipe):
            return self._absence(cell, "refused", reason)
        found = self._tried(cell, problem, recipe)
        if isinstance(found, Record) and not (found.agreement and found.agreement.ok):
            return self._disagrees(cell, found.agreement)
        return found

    def _tried(self, cell: Cell, problem: Problem, recipe: Recipe) -> Outcome:
        """Measure; whatever a backend raises costs this cell alone."""
        phases = {"run": self._run, "first": self._first, "predict": self._predict}
        try:
            return phases[cell.phase](cell, problem, recipe)
        except NoFit as error:
            nothing = Agreement((Checkpoint(recipe.epochs, math.inf, 0.0),), "steps", note=str(error))
            return self._disagrees(cell, nothing)
        except Disagreement as error:  # it wrote into its inputs
            return self._absence(cell, "disagrees", f"{error}; {_UNRECORDED}")
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # a stranger's backend may raise anything
            if isinstance(error, KeyboardInterrupt) and self.task.log is None:
                raise  # a user's own; a study's processes have a session in which nobody presses a key
            reason = "the memory was exhausted; try fewer samples or features" if exhausted(error) else told(error)
            return self._absence(cell, "failed", reason)

    def _refusal(self, cell: Cell, problem: Problem, recipe: Recipe) -> str | None:
        if reason := self.backend.refuses(problem, recipe, cell.device):
            return reason
        try:
            with devices.single_threaded():
                stability.check(problem, recipe)
        except (Diverged, InputError) as error:
            return str(error)
        return None

    def _absence(self, cell: Cell, kind: Kind, reason: str, agreement: Agreement | None = None) -> Absence:
        return Absence(cell, kind, reason, self.backend.label, agreement)

    def _disagrees(self, cell: Cell, agreement: Agreement | None) -> Absence:
        return self._absence(cell, "disagrees", _apart(agreement), agreement)

    def _run(self, cell: Cell, problem: Problem, recipe: Recipe) -> Outcome:
        lent = Lent.of(problem, recipe)
        pilot = Pilot(lambda shorter: prepared(self.backend, lent, shorter.but(log_every=0), cell.device))
        timed = recipe.but(epochs=self._epochs(pilot, problem, recipe), log_every=0)
        graphs = counters.Graphs()
        with counters.Memory(cell.device) as memory:
            with quiet.alone(), phases.of(phases.PREPARING):
                started = perf_counter()
                training = prepared(self.backend, lent, timed, cell.device)
                preparing = perf_counter() - started
            rounds, others = self._calls(training, cell)
        found = {**counters.arithmetic(cell), **graphs.counted(), **memory.counted(), **others}
        agreement = self._prove(cell, problem, timed, training.kept, pilot)
        if not agreement.ok:
            return self._disagrees(cell, agreement)
        if self.task.thorough and "graphs" not in found:
            with phases.of(phases.COUNTING):
                found |= counters.dispatched(self.backend, problem, timed, cell.device)
        if grown := self._grown_s(pilot, training, preparing, rounds):
            rounds, found = tuple(seconds + grown for seconds in rounds), {**found, plausibility.GROWN: grown}
        if limits := self.task.limits.get(cell.device):
            floor = Floor(cell, self.backend.work, timed.epochs, limits)
            with quiet.alone():  # limits are probed again where a time is below one
                reason = rounds and floor.beaten(median(rounds), found.get(SHARE, 0.0))
            if reason:
                return self._absence(cell, "void", reason, agreement)
            found |= floor.counters()
        record = self._record(cell, rounds, timed.epochs, prepare_s=(preparing,), agreement=agreement, found=found)
        weighed = self.backend.weighs(problem, timed, cell.device) if self.backend.weighs else {}
        changed = () if own(self.backend.name.partition(":")[0]) else tuple(sorted(training.changed))
        return replace(record, weighed=weighed, changed=changed)

    def _first(self, cell: Cell, problem: Problem, recipe: Recipe) -> Record:
        timed = recipe.but(epochs=1, log_every=0)
        lent, preparing, outcome = Lent.of(problem, timed), 0.0, None

        def cold() -> None:
            nonlocal preparing, outcome
            started = perf_counter()
            training = prepared(self.backend, lent, timed, cell.device)
            preparing = perf_counter() - started
            training()
            outcome = training.outcome()

        graphs = counters.Graphs()
        apart = compilers.empty(self.task.folder)
        with quiet.alone(), apart, counters.Memory(cell.device) as memory, phases.of(phases.TIMING):
            _, rounds = self.clock(cold, 1, 1)
        found = {**graphs.counted(), **memory.counted()}
        lent.check(self.backend.name)
        agreement = self._prove(cell, problem, timed, [outcome] if outcome else [])
        return self._record(cell, rounds, 1, prepare_s=(preparing,), agreement=agreement, found=found)

    def _predict(self, cell: Cell, problem: Problem, recipe: Recipe) -> Record:
        with phases.of(phases.PREPARING):
            fit = prepared(self.backend, problem, recipe, cell.device)()
        trained = self._prove(cell, problem, recipe, fit)
        if not trained.ok:
            return self._record(cell, (), recipe.epochs, agreement=trained, found={})
        prediction = Prediction.of(fit, problem, recipe, cell.samples)
        predictions, times, others = timed_rounds(self.clock, self.task.profile, prediction.on(cell.device), cell)
        points = (*trained.checkpoints, prediction.check(predictions, recipe.epochs))
        agreement = replace(trained, checkpoints=points)
        return self._record(cell, times, recipe.epochs, agreement=agreement, found=prediction.arithmetic(cell) | others)

    def _epochs(self, pilot: Pilot, problem: Problem, recipe: Recipe) -> int:
        """Take the epochs that an earlier process or the profile chose, or choose; a solution has none to leave out."""
        if self.backend.work == "solution":
            return recipe.epochs
        profile = self.task.profile
        if profile.steps:
            return min(recipe.epochs, max(1, profile.steps // recipe.but(epochs=1).steps(problem.samples)))
        chosen = self.task.timed_epochs.get(self.point)
        if chosen:
            return chosen
        with phases.of(phases.CHOOSING):
            return timed_epochs(pilot, recipe, problem.samples, profile.run_s)

    def _calls(self, training: Training, cell: Cell) -> tuple[tuple[float, ...], dict[str, float]]:
        """Time a training's calls, each from inputs that it hasn't seen, and keep what came of all that were timed.

        Under a gate, both arms do the same work from the same inputs, and the last call alone is kept.
        """
        served = bool(self.task.profile.steps)
        with training.series():
            _, times, others = timed_rounds(
                self.clock, self.task.profile, training.__call__ if served else training, cell
            )
            training.keep()
        training.check()
        return times, others

    def _prove(
        self, cell: Cell, problem: Problem, recipe: Recipe, found: Fit | Sequence[Trained], pilot: Pilot | None = None
    ) -> Agreement:
        """Prove the end; in a thorough process also the way there, where its trainings aren't dear to compile."""
        checks_s, early = 0.0, None
        if pilot is not None and self.task.thorough:
            early, checks_s = pilot.outcomes, self.task.profile.checks_s
            checks_s = checks_s if pilot.prepare_s < checks_s else 0.0
        with phases.of(phases.PROVING), shelf.within(self.task.references(shelf_of(self.backend.name))):
            return proof.prove(self.backend, problem, recipe, cell.device, found, early=early, checks_s=checks_s)

    def _grown_s(self, pilot: Pilot, training: Training, preparing: float, rounds: tuple[float, ...]) -> float:
        """The seconds by which preparing takes longer for all epochs than for few: those in which it trains, if any."""
        shorter = {epochs: seconds for epochs, seconds in pilot.prepared_s.items() if epochs < training.recipe.epochs}
        if not (shorter and rounds) or not plausibility.suspected(min(shorter.values()), preparing, median(rounds)):
            return 0.0
        few = training.recipe.but(epochs=min(shorter))

        def prepare(recipe: Recipe) -> object:
            return prepared(self.backend, training.lent, recipe, training.device)

        with quiet.alone(), phases.of(phases.PROVING):
            return plausibility.grown_s(prepare, few, training.recipe, median(rounds))

    def _record(
        self,
        cell: Cell,
        rounds: tuple[float, ...],
        epochs: int,
        *,
        prepare_s: tuple[float, ...] = (),
        agreement: Agreement,
        found: dict[str, float],
    ) -> Record:
        label, work = self.backend.label, self.backend.work
        return Record(self.name, (rounds,), cell, label, work, epochs, prepare_s, agreement, found)


def _apart(agreement: Agreement | None) -> str:
    if agreement is None:
        return f"its weights were not held against the reference; {_UNRECORDED}"
    point = agreement.worst
    if not point.tolerance:  # nothing came back that could be compared
        return f"{agreement.note}; {_UNRECORDED}"
    return (
        f"after {point.epoch:g} epochs its weights are off by {point.error:.2g}, where rounding explains "
        f"{point.tolerance:.2g}{': ' + agreement.note if agreement.note else ''}; {_UNRECORDED}"
    )
