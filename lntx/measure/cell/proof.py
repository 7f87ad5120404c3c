"""No number without proof: the timed run's weights at its end, and checkpoints on the way as far as time allows."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from time import perf_counter

from lntx.measure import threads
from lntx.record import Agreement, Checkpoint
from lntx.training import parity
from lntx.training.backends.interface import Backend
from lntx.training.fit import Fit
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe


def prove(
    backend: Backend,
    problem: Problem,
    recipe: Recipe,
    device: str,
    fit: Fit,
    *,
    early: Mapping[int, Fit] | None = None,
    checks_s: float = 0.0,
) -> Agreement:
    """Hold the fit of a timed run against the reference, and shorter trainings of the same backend.

    early are the fits of such trainings that are there already, by their epochs. checks_s is the time in seconds after
    which no further one is begun; 0 asks for none.
    """
    with threads.single():
        end = parity.agreement(problem, recipe, fit, backend.work)
        if early is not None:
            end = replace(end, checkpoints=tuple(_lost(point, problem, fit) for point in end.checkpoints))
        points = _early(backend, problem, recipe, early or {})
        if checks_s and end.ok and all(point.ok for point in points):
            known = {*(early or {}), recipe.epochs}
            trials = (
                t
                for t in parity.trials(problem, recipe, backend.work)
                if t.problem is not problem or t.epoch not in known
            )
            points += _checkpoints(backend, device, trials, checks_s)
    points.sort(key=lambda point: point.epoch)
    return Agreement((*points, *end.checkpoints), end.reference, end.truth)


def _early(backend: Backend, problem: Problem, recipe: Recipe, fits: Mapping[int, Fit]) -> list[Checkpoint]:
    before = {epochs: fit for epochs, fit in fits.items() if epochs < recipe.epochs}
    return [
        _lost(point, problem, fit)
        for epochs, fit in before.items()
        for point in parity.agreement(problem, recipe.but(epochs=epochs), fit, backend.work).checkpoints
    ]


def _checkpoints(backend: Backend, device: str, trials: Iterable[parity.Trial], checks_s: float) -> list[Checkpoint]:
    points: list[Checkpoint] = []
    started = perf_counter()
    for trial in trials:
        if perf_counter() - started > checks_s or not all(point.ok for point in points):
            break
        fit = backend.prepare(trial.problem, trial.recipe, device)()
        point = trial.check(fit)
        whole = trial.epoch >= 1  # else it is of the first samples alone
        points.append(_lost(point, trial.problem, fit) if whole else point)
    return points


def _lost(point: Checkpoint, problem: Problem, fit: Fit) -> Checkpoint:
    """Add the loss over all samples, which is no part of the proof: a picture of the way there rests on it."""
    loss = problem.loss(fit.weights.numpy(), fit.bias.numpy()) if point.ok else math.inf
    return replace(point, loss=loss if math.isfinite(loss) else None)


def worst(agreements: list[Agreement]) -> Agreement:
    """Join the agreements of several processes: the checkpoints of the most thorough, and the worst of the ends."""
    thorough = max(agreements, key=lambda found: len(found.checkpoints))
    ends = Agreement(tuple(found.checkpoints[-1] for found in agreements), thorough.reference)
    return Agreement((*thorough.checkpoints[:-1], ends.worst), thorough.reference, thorough.truth)
