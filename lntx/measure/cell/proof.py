"""No number without proof: the timed calls' weights at their end, and checkpoints on the way as far as time allows."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from time import perf_counter, process_time

from lntx.record import Agreement, Checkpoint
from lntx.training import device as devices
from lntx.training import digest
from lntx.training.backends.interface import Backend
from lntx.training.boundary import prepared
from lntx.training.fit import Fit, Outcome
from lntx.training.linear import parity
from lntx.training.linear.parity import Held
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe


def prove(
    backend: Backend,
    problem: Problem,
    recipe: Recipe,
    device: str,
    found: Fit | Sequence[Outcome],
    *,
    early: Mapping[int, Sequence[Outcome]] | None = None,
    checks_s: float = 0.0,
) -> Agreement:
    """Hold what came of the timed calls against the reference, and shorter trainings of the same backend.

    early is what came of such trainings that are there already, by their epochs. checks_s is the time in seconds after
    which no further one is begun; 0 asks for none. Raises Unprovable where agreement would prove nothing.
    """
    outcomes = [Outcome(found)] if isinstance(found, Fit) else list(found)
    with devices.single_threaded(), digest.settled():
        trial = parity.ending(problem, recipe, backend.work)
        trial.check_that_it_moves()
        ends = [trial.hold(outcome) for outcome in outcomes]
        way = list(_early(backend, problem, recipe, early or {}))
        points = [point for _, point in way]
        if early is not None:
            if all(end.ok for end in ends):
                parity.check_that_it_follows([one.follows for one in (*ends, *(held for held, _ in way))])
            own = next((outcome.fit for outcome in outcomes if outcome.plain), outcomes[-1].fit)
            ends = [_with_loss(end, problem, own) for end in ends]
        if checks_s and all(end.ok for end in ends) and all(point.ok for point in points):
            known = {*(early or {}), recipe.epochs}
            trials = (
                t
                for t in parity.trials(problem, recipe, backend.work)
                if t.problem is not problem or t.epoch not in known
            )
            points += _checkpoints(backend, device, trials, checks_s)
    points.sort(key=lambda point: point.epoch)
    end = max(ends, key=lambda one: one.points[-1].share)
    note = "" if end.ok else parity.wrong(ends)
    truth = next((parity.to_truth(problem, outcome.fit) for outcome in outcomes if outcome.plain), None)
    return Agreement((*points, *end.points), trial.reference.way, truth, note)


def _early(
    backend: Backend, problem: Problem, recipe: Recipe, outcomes: Mapping[int, Sequence[Outcome]]
) -> Iterator[tuple[Held, Checkpoint]]:
    """Yield the worst of what came of each shorter training, with its loss."""
    for epochs, several in outcomes.items():
        if epochs >= recipe.epochs:
            continue
        trial = parity.ending(problem, recipe.but(epochs=epochs), backend.work)
        worst = max((trial.hold(outcome) for outcome in several), key=lambda held: held.points[-1].share)
        yield worst, _lost(worst.points[-1], problem, several[0].fit)


def _checkpoints(backend: Backend, device: str, trials: Iterable[parity.Trial], checks_s: float) -> list[Checkpoint]:
    points: list[Checkpoint] = []
    walled, worked = perf_counter(), process_time()  # this process may be stopped meanwhile (`lntx.host.quiet`)
    for trial in trials:
        if min(perf_counter() - walled, process_time() - worked) > checks_s or not all(point.ok for point in points):
            break
        if backend.refuses(trial.problem, trial.recipe, device):
            continue
        training = prepared(backend, trial.problem, trial.recipe, device)
        point = max((held.points[-1] for held in parity.called(trial, training)), key=lambda one: one.share)
        whole = trial.epoch >= 1  # else it is of the first samples alone
        points.append(_lost(point, trial.problem, training.kept[0].fit) if whole else point)
    return points


def _with_loss(end: Held, problem: Problem, fit: Fit) -> Held:
    return replace(end, points=(*end.points[:-1], _lost(end.points[-1], problem, fit)))


def _lost(point: Checkpoint, problem: Problem, fit: Fit) -> Checkpoint:
    """Add the loss over all samples, which is no part of the proof: a picture of the way there rests on it."""
    loss = problem.loss(fit.weights.numpy(), fit.bias.numpy()) if point.ok else math.inf
    return replace(point, loss=loss if math.isfinite(loss) else None)
