"""One cell in one process: refuse, prepare, warm up, time, prove. A time whose weights disagree is never given."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Literal, Protocol

from lntx.errors import Diverged, InputError
from lntx.measure import threads
from lntx.measure.cell import counters, proof
from lntx.measure.cell.neighbours import Neighbours
from lntx.measure.cell.pilot import Pilot, timed_epochs
from lntx.measure.cell.prediction import Prediction
from lntx.measure.errand import Errand, empty_caches
from lntx.measure.study.journal import Outcome
from lntx.record import Absence, Agreement, Cell, Record
from lntx.training import device as devices
from lntx.training import stability
from lntx.training.backends.interface import Backend, Run
from lntx.training.fit import Fit
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe

_SHORT_S = 20e-6  # below this a clock's own cost shows, and several calls make one round
_LOOP_S = 200e-6


class Clock(Protocol):
    """Calls a target for some rounds; gives the last result and the seconds of each round, per call."""

    def __call__(self, target: Callable[[], Any], rounds: int, iterations: int) -> tuple[Any, tuple[float, ...]]:
        """Time a call; `benchmark.pedantic` does it in the suites."""


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """What measures one backend's cells under an errand. `name` is the benchmark's, `point` the suite's."""

    name: str
    point: str
    backend: Backend
    errand: Errand
    clock: Clock

    def measure(self, cell: Cell, problem: Problem, recipe: Recipe) -> Outcome:
        """Measure a cell of this problem and recipe, in the phase that it names; give an absence where it has no time.

        run: the training in its steady state, all epochs, or as many as fit the profile's budget. first: preparing and
        one epoch together, from empty compile caches, once in a process before all else. predict: `model(x)` with the
        model that the backend trains. The seconds to prepare a run are those with filled caches: a pilot or an
        earlier process has compiled the same already.
        """
        if reason := self._refusal(cell, problem, recipe):
            return self._absence(cell, "refused", reason)
        phases = {"run": self._run, "first": self._first, "predict": self._predict}
        try:
            record = phases[cell.phase](cell, problem, recipe)
        except MemoryError:
            return self._absence(cell, "failed", "the memory was exhausted; try fewer samples or features")
        except Exception as error:  # noqa: BLE001  (whatever a backend raises costs this cell alone)
            return self._absence(cell, "failed", f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
        if record.agreement is None or not record.agreement.ok:
            return self._absence(cell, "disagrees", _apart(record.agreement), record.agreement)
        return record

    def _refusal(self, cell: Cell, problem: Problem, recipe: Recipe) -> str | None:
        if reason := self.backend.refuses(problem, recipe, cell.device):
            return reason
        try:
            with threads.single():
                stability.check(problem, recipe)
        except (Diverged, InputError) as error:
            return str(error)
        return None

    def _absence(
        self,
        cell: Cell,
        kind: Literal["refused", "failed", "disagrees"],
        reason: str,
        agreement: Agreement | None = None,
    ) -> Absence:
        return Absence(cell, kind, reason, self.backend.label, agreement)

    def _run(self, cell: Cell, problem: Problem, recipe: Recipe) -> Record:
        pilot = self._pilot(cell, problem)
        timed = recipe.but(epochs=self._epochs(pilot, problem, recipe), log_every=0)
        graphs = counters.Graphs()
        with counters.Memory(cell.device) as memory:
            started = perf_counter()
            run = self._prepare(problem, timed, cell.device)
            prepared = perf_counter() - started
            fit, rounds, others = self._rounds(run, cell)
        found = {**counters.arithmetic(cell), **graphs.counted(), **memory.counted(), **others}
        agreement = self._prove(cell, problem, timed, fit, pilot)
        if self.errand.thorough and agreement.ok and "graphs" not in found:
            found |= counters.dispatched(self.backend, problem, timed, cell.device)
        record = self._record(cell, rounds, timed.epochs, prepare_s=(prepared,), agreement=agreement, found=found)
        return replace(record, weighed=self.backend.weighs(problem, timed, cell.device) if self.backend.weighs else {})

    def _first(self, cell: Cell, problem: Problem, recipe: Recipe) -> Record:
        timed = recipe.but(epochs=1, log_every=0)
        prepared = 0.0

        def cold() -> Fit:
            nonlocal prepared
            started = perf_counter()
            run = self._prepare(problem, timed, cell.device)
            prepared = perf_counter() - started
            return run()

        graphs = counters.Graphs()
        with empty_caches(self.errand.folder), counters.Memory(cell.device) as memory:
            fit, rounds = self.clock(cold, 1, 1)
        found = {**graphs.counted(), **memory.counted()}
        agreement = self._prove(cell, problem, timed, fit)
        return self._record(cell, rounds, 1, prepare_s=(prepared,), agreement=agreement, found=found)

    def _predict(self, cell: Cell, problem: Problem, recipe: Recipe) -> Record:
        fit = self.backend.prepare(problem, recipe, cell.device)()
        trained = self._prove(cell, problem, recipe, fit)
        if not trained.ok:
            return self._record(cell, (), recipe.epochs, agreement=trained, found={})
        prediction = Prediction.of(fit, problem, recipe, cell.samples)
        predictions, rounds, others = self._rounds(prediction.on(cell.device), cell)
        points = (*trained.checkpoints, prediction.check(predictions, recipe.epochs))
        agreement = Agreement(points, trained.reference, trained.truth)
        return self._record(
            cell, rounds, recipe.epochs, agreement=agreement, found=prediction.arithmetic(cell) | others
        )

    def _pilot(self, cell: Cell, problem: Problem) -> Pilot:
        return Pilot(lambda shorter: self._prepare(problem, shorter.but(log_every=0), cell.device))

    def _prepare(self, problem: Problem, recipe: Recipe, device: str) -> Run:
        """Prepare a training; it and its call return when the device is done, not when it has been told."""
        run = devices.settled(lambda: self.backend.prepare(problem, recipe, device), device)()
        return devices.settled(run, device)

    def _epochs(self, pilot: Pilot, problem: Problem, recipe: Recipe) -> int:
        """Take the epochs that an earlier process or the profile chose, or choose; a solution has none to leave out."""
        if self.backend.work == "solution":
            return recipe.epochs
        profile = self.errand.profile
        if profile.steps:
            return min(recipe.epochs, max(1, profile.steps // recipe.but(epochs=1).steps(problem.samples)))
        chosen = self.errand.timed_epochs.get(self.point)
        return chosen or timed_epochs(pilot, recipe, problem.samples, profile.run_s)

    def _rounds(self, target: Callable[[], Any], cell: Cell) -> tuple[Any, tuple[float, ...], dict[str, float]]:
        """Warm up, twice where there is time, then time as many calls as the budget holds; note who else was at work."""
        profile = self.errand.profile
        took = _timed(target)
        if took < profile.rounds_s:
            took = min(took, _timed(target))
        iterations = round(_LOOP_S / max(took, 1e-9)) if took < _SHORT_S else 1
        rounds = int(profile.rounds_s / (took * iterations + 1e-9))
        pinned = threads.pinned(cell.threads) if cell.device == "cpu" else nullcontext()
        with pinned, Neighbours() as neighbours:
            result, times = self.clock(target, min(profile.most, max(profile.least, rounds)), iterations)
        return result, times, neighbours.counted()

    def _prove(self, cell: Cell, problem: Problem, recipe: Recipe, fit: Fit, pilot: Pilot | None = None) -> Agreement:
        """Prove the end; in a thorough process also the way there, where its trainings aren't dear to compile."""
        checks_s, early = 0.0, None
        if pilot is not None and self.errand.thorough:
            early, checks_s = pilot.fits, self.errand.profile.checks_s
            checks_s = checks_s if pilot.prepare_s < checks_s else 0.0
        return proof.prove(self.backend, problem, recipe, cell.device, fit, early=early, checks_s=checks_s)

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


def _timed(target: Callable[[], Any]) -> float:
    started = perf_counter()
    target()
    return perf_counter() - started


def _apart(agreement: Agreement | None) -> str:
    if agreement is None:
        return "its weights were not held against the reference"
    point = agreement.worst
    return (
        f"after {point.epoch:g} epochs its weights are off by {point.error:.2g}, where rounding explains "
        f"{point.tolerance:.2g}; times of wrong weights are not recorded"
    )
