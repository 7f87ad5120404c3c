"""The one way in: check, refuse, prepare, run, and never hand back what isn't a fit."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np
import torch

from lntx.errors import Disagreement, Diverged
from lntx.training.backends import own
from lntx.training.boundary import Lent, Training, prepared
from lntx.training.fit import Fit, Seconds
from lntx.training.history import listening
from lntx.training.linear import stability
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx.training.request import checked, request
from lntx.training.returned_fit import unfinished

_BEYOND = 1e3  # times the loss at the start: what overshoots further is no outcome, even where it would return


def prepare(problem: Problem, recipe: Recipe, backend: str = "eager", device: str = "cpu") -> Training:
    """Check and prepare a training; the returned call does it as often as called, gives its Fit, and is what benches time.

    Its fit is in the units of `problem.X` and `problem.Y` as they are trained on (a standardised table stays so).
    Raises InputError for what can't be, Refused when the backend says no, Diverged for a recipe that must diverge.
    """
    problem, recipe, device = request(problem, recipe, device)
    return prepared(checked(problem, recipe, backend, device), problem, recipe, device)


def train(
    problem: Problem,
    recipe: Recipe | None = None,
    backend: str = "eager",
    device: str = "cpu",
    *,
    progress: Callable[[int], None] | None = None,
) -> Fit:
    """Train, and give the weights in the problem's own units, the loss history and the seconds.

    progress hears the number of each epoch that the recipe logs. Raises as `prepare` does, and Diverged, naming the
    largest stable learning rate, when the weights leave the finite numbers on the way.
    """
    problem, recipe, device = request(problem, recipe, device, progress)
    chosen = checked(problem, recipe, backend, device)
    lent = Lent.of(problem, recipe)
    started = perf_counter()
    training = prepared(chosen, lent, recipe, device)
    ready = perf_counter()
    try:
        with training.series(), listening(progress):
            begun = perf_counter()
            training()
            ran = perf_counter() - begun
            training.keep()  # before anything that the backend left behind can change it
    except Diverged as error:
        raise Diverged(f"training diverged: {error}; {stability.advice(problem, recipe)}") from error
    training.check()
    _tell_of(backend, training.changed)
    fit = replace(training.kept[-1].fit, seconds=Seconds(prepare=ready - started, run=ran))
    if at_fault := unfinished(fit, problem, recipe):
        raise at_fault
    fit = _descended(problem, recipe, _with_losses(problem, recipe, fit))
    return _named(problem, _in_own_units(problem, fit))


def _tell_of(backend: str, changed: set[str]) -> None:
    """Warn of what a stranger's backend changed around it, and that it was put back.

    lntx's own change nothing but OpenMP's threads, which numba sets when it first runs in parallel.
    """
    if changed and not own(backend.partition(":")[0]):
        said = f"backend {backend} changed {', '.join(sorted(changed))}; it was put back"
        warnings.warn(said, RuntimeWarning, stacklevel=3)


def _with_losses(problem: Problem, recipe: Recipe, fit: Fit) -> Fit:
    """Fill the loss history in, from the start, the snapshots and the end."""
    start = initial(problem.features, problem.outputs, recipe.seed, fit.weights.dtype)
    way = [(0, *start), *((kept.epoch, kept.weights, kept.bias) for kept in fit.snapshots)]
    way.append((recipe.epochs, fit.weights, fit.bias))
    losses = [problem.loss(weights.numpy(), bias.numpy()) for _, weights, bias in way]
    return replace(
        fit,
        epochs=torch.tensor([epoch for epoch, _, _ in way], device="cpu"),
        losses=torch.tensor(losses, dtype=torch.float64, device="cpu"),
    )


def _descended(problem: Problem, recipe: Recipe, fit: Fit) -> Fit:
    """Raise Diverged for a fit whose loss is beyond its start's by orders, or is no number.

    Beside the start's, which may lie at the solution by chance, stands the loss of weights that are all zero.
    """
    start, end = float(fit.losses[0]), float(fit.losses[-1])
    if end <= _BEYOND * start or end <= _BEYOND * _without_weights(problem):
        return fit
    raise Diverged(
        f"training diverged: the loss was {start:.3g} before it and is {end:.3g} after {recipe.epochs} epochs; "
        f"{stability.advice(problem, recipe)}"
    )


def _without_weights(problem: Problem) -> float:
    """Return the loss of weights that are all zero."""
    return problem.loss(np.zeros((problem.outputs, problem.features)), np.zeros(problem.outputs))


def _named(problem: Problem, fit: Fit) -> Fit:
    """Remember the columns' names, so that a saved model finds them in another table, and how they became features."""
    fit = replace(fit, coding=problem.coding)
    if not problem.named:
        return fit
    return replace(fit, features_named=problem.features_named, outputs_named=problem.outputs_named)


def _in_own_units(problem: Problem, fit: Fit) -> Fit:
    """Return the weights back in the units that the table came in, in float64; losses stay those that were trained on.

    In float32 the bias of a column such as a time, far from 0 for its deviation, would lose all that the training found.
    Raises Disagreement where they don't predict what the trained weights do (`parity.units`), which is never expected.
    """
    from lntx.training.linear.parity.units import own_units  # noqa: PLC0415  (parity trains, and imports this module)

    if problem.scaling is None:
        return fit
    weights, bias = problem.scaling.weights(fit.weights.double().numpy(), fit.bias.double().numpy())
    own = replace(fit, weights=torch.from_numpy(weights), bias=torch.from_numpy(bias), trained=fit)
    held = own_units(problem, own)
    if held and not held.ok:
        raise Disagreement(
            f"the weights in the table's own units predict otherwise than those that were trained: {held}"
        )
    return own
