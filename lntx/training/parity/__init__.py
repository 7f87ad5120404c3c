"""The proof: a backend's weights against a float64 reference of the same recurrence, at checkpoints and at the end.

A backend of the work class `solution` goes through no recurrence: it is held against the optimum (`optimum`).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lntx.errors import InputError, Unprovable
from lntx.record import Agreement, Checkpoint, Work
from lntx.training.affine import Matrix, norm
from lntx.training.fit import Fit
from lntx.training.parity.optimum import optimum
from lntx.training.parity.reference import Reference, reference
from lntx.training.parity.tolerance import tolerance
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe
from lntx.training.request import request
from lntx.training.trainer import checked

_HEADS = (100, 10, 3)  # where one epoch already converges: the first samples alone, this fraction of them
_MEANINGLESS = 0.05  # of the weights' size
_CONVERGED = 1e-2  # of the way from start to end: closer is called converged


def verify(problem: Problem, recipe: Recipe | None = None, backend: str = "eager", device: str = "cpu") -> Agreement:
    """Train with a backend for a few epochs, for more, and for all; hold each outcome against the reference.

    At least three checkpoints lie before convergence where there is a way to go at all; each is a training of its own,
    so that a backend needs to support nothing but training. A solution is solved anew for the first samples alone instead.
    Raises as `prepare` does.
    """
    problem, recipe, device = request(problem, recipe, device)
    recipe = recipe.but(log_every=0)
    chosen = checked(problem, recipe, backend, device)  # once: a few samples of a stable training may be steep alone
    points = []
    for trial in trials(problem, recipe, chosen.work):
        if chosen.refuses(trial.problem, trial.recipe, device):
            continue  # it takes the whole, and not its first samples alone
        fit = chosen.prepare(trial.problem, trial.recipe, device)()
        points.append(trial.check(fit))
        if not points[-1].ok:
            break  # further ones only cost time
    return Agreement(tuple(points), trial.reference.way, _to_truth(problem, fit))


def agreement(problem: Problem, recipe: Recipe, fit: Fit, work: Work = "steps") -> Agreement:
    """Hold one fit, as a backend's call returned it, against the reference at its end: what is asked of a timed run.

    work is the backend's class: a solution is held against the optimum.
    """
    recipe = recipe.but(log_every=0)
    if work == "solution":
        trial = _solved(problem, recipe, recipe.epochs)
    else:
        trial = Trial(problem, recipe, recipe.epochs, reference(problem, recipe.but(epochs=1), (recipe.epochs,)))
    return Agreement((trial.check(fit),), trial.reference.way, _to_truth(problem, fit))


@dataclass(frozen=True, slots=True)
class Trial:
    """A training short enough to be a checkpoint, where on the way it stands, and what must come out of it.

    allowed is the tolerance where the reference brings its own, as the optimum does.
    """

    problem: Problem
    recipe: Recipe
    epoch: float
    reference: Reference
    allowed: float | None = None

    def check(self, fit: Fit) -> Checkpoint:
        """Hold a fit of this training against the reference; InputError for what is no fit."""
        if not isinstance(fit, Fit):
            raise InputError(f"its training gave a {type(fit).__name__}, where a Fit is due")
        epochs = self.recipe.epochs
        size = max(norm(theta) for theta in (self.reference.start, *self.reference.at.values()))
        error = _distance(fit, self.reference.at[epochs]) / size
        allowed = self.allowed
        if allowed is None:
            allowed = tolerance(self.problem, self.recipe.but(epochs=1), epochs, size, self.reference.way)
        if allowed > _MEANINGLESS:
            raise Unprovable(self._meaningless(allowed))
        return Checkpoint(self.epoch, error, allowed)

    def _meaningless(self, allowed: float) -> str:
        """Say why nothing can be proven, and what would help."""
        if self.allowed is not None:
            return (
                f"rounding alone may move the optimum by {allowed:.0%} on data this ill-conditioned, so that agreement would "
                "prove nothing; standardise the features, or use dtype float64"
            )
        return (
            f"rounding alone may move the weights by {allowed:.0%} in {self.recipe.epochs} epochs at lr {self.recipe.lr:g}, "
            "so that agreement would prove nothing; use a smaller lr, fewer epochs or dtype float64"
        )


def trials(problem: Problem, recipe: Recipe, work: Work = "steps") -> Iterator[Trial]:
    """Yield the checkpoints, the cheapest first, the whole training last."""
    if work == "solution":
        yield from _solutions(problem, recipe)
        return
    epochs = checkpoints(recipe.epochs)
    seen = reference(problem, recipe.but(epochs=1), epochs)
    way_to_go = norm(seen.at[epochs[-1]] - seen.start)
    if norm(seen.at[epochs[-1]] - seen.at[epochs[0]]) < _CONVERGED * way_to_go:
        yield from _heads(problem, recipe.but(epochs=1))
    yield from (Trial(problem, recipe.but(epochs=epoch), epoch, seen) for epoch in epochs)


def checkpoints(epochs: int) -> tuple[int, ...]:
    """Spread epochs evenly in the logarithm: the first, two between, the last; the first three of a short training."""
    between = {1, round(epochs ** (1 / 3)), round(epochs ** (2 / 3)), epochs}
    return tuple(sorted(between if len(between) == 4 else {1, 2, 3, epochs}))  # noqa: PLR2004  (three and the end)


def _heads(problem: Problem, recipe: Recipe) -> Iterator[Trial]:
    """Yield trainings on the first samples alone, where one epoch over all would already have converged."""
    rows = recipe.rows(problem.samples)
    for samples in sorted({max(rows, problem.samples // part) for part in _HEADS} - {problem.samples}):
        head = problem.head(samples)
        yield Trial(head, recipe, samples / problem.samples, reference(head, recipe, (1,)))


def _solutions(problem: Problem, recipe: Recipe) -> Iterator[Trial]:
    """Yield the optima of the first samples alone, where they are more than the weights, and of all."""
    enough = 2 * (problem.features + 1)
    for samples in sorted({problem.samples // part for part in _HEADS if problem.samples // part >= enough}):
        yield _solved(problem.head(samples), recipe.but(batch_size=None), samples / problem.samples)
    yield _solved(problem, recipe, recipe.epochs)


def _solved(problem: Problem, recipe: Recipe, epoch: float) -> Trial:
    found, allowed = optimum(problem, recipe)
    return Trial(problem, recipe, epoch, found, allowed)


def _distance(fit: Fit, wanted: Matrix) -> float:
    """Frobenius norm of the difference in weights and bias; infinite when the shapes part or a weight is no number."""
    features, outputs = wanted.shape[0] - 1, wanted.shape[1]
    if tuple(fit.weights.shape) != (outputs, features) or tuple(fit.bias.shape) != (outputs,):
        return math.inf
    apart = norm(fit.weights.double().numpy().T - wanted[:-1], fit.bias.double().numpy() - wanted[-1])
    return math.inf if math.isnan(apart) else apart


def _to_truth(problem: Problem, fit: Fit) -> float | None:
    """Measure the relative distance to the true weights, where they are known and free of noise."""
    if problem.weights is None or problem.bias is None or problem.noise:
        return None
    true = np.vstack([problem.weights.T, problem.bias]).astype(np.float64)
    return _distance(fit, true) / norm(true)
