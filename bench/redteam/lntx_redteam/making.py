"""What members are made of: a training, or what is done to one, becomes the four names that a backend's file must have."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lntx.training.backends.interface import Prepare, Refuses, Run
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.problem import Array, Problem
from lntx.training.recipe import Recipe
from lntx_redteam.training import Training

Member = tuple[str, tuple[str, ...], Refuses, Prepare]
"""WORK, DEVICES, refuses, prepare."""

_WIDEST = 300  # features
_SMALL = 1e-3  # of the largest output's deviation: an output that a norm over all of them doesn't see


def takes_all(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Refuse nothing."""
    return None


def no_history(_problem: Any, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse a loss history, which would tell on the one who can't give it."""
    return "it keeps no history; use log_every=0" if recipe and recipe.log_every else None


def in_order(problem: Problem | None, recipe: Recipe | None, device: str) -> str | None:
    """Refuse an order that changes from epoch to epoch, states too large for a map, and a history."""
    if problem is None or recipe is None:
        return None
    if recipe.order(0, problem.samples) is not None:
        return "it needs the same order in every epoch; train without shuffling"
    if problem.features > _WIDEST:
        return "the map of so many features is too large"
    return no_history(problem, recipe, device)


def full_batch(problem: Problem | None, recipe: Recipe | None, device: str) -> str | None:
    """Refuse mini-batches, dampening, whose first step is another, and a history."""
    if problem is None or recipe is None:
        return None
    if recipe.rows(problem.samples) != problem.samples or recipe.dampening:
        return "it knows full batch without dampening alone; use batch_size=None"
    return no_history(problem, recipe, device)


def trains(make: Callable[[Problem, Recipe], Run], *, work: str = "steps", refuses: Refuses = takes_all) -> Member:
    """Make a backend of what prepares a training: a class like `Training`, or a function."""

    def prepare(problem: Problem, recipe: Recipe, _device: str) -> Run:
        return make(problem, recipe)

    return work, ("cpu",), refuses, prepare


def follows(other: Callable[[Recipe], Recipe]) -> Member:
    """Train honestly, but by another recipe than the one given."""
    return trains(lambda problem, recipe: Training(problem, other(recipe)))


def gives(changed: Callable[[Fit], Any]) -> Member:
    """Train honestly, and give something else back."""

    def make(problem: Problem, recipe: Recipe) -> Run:
        honest = Training(problem, recipe)
        return lambda: changed(honest())

    return trains(make)


def instead(happens: Callable[[], Any]) -> Member:
    """Let something happen in the call, instead of a training."""
    return gives(lambda _: happens())


def disturbs(disturb: Callable[[], Any]) -> Member:
    """Train honestly, and leave something else changed."""

    def changed(fit: Fit) -> Fit:
        disturb()
        return fit

    return gives(changed)


def tires(tired: Callable[[int], bool]) -> Member:
    """Leave out half of the epochs in some calls, which are told by how many there were before."""

    def make(problem: Problem, recipe: Recipe) -> Run:
        honest, short = (Training(problem, recipe.but(epochs=part)) for part in (recipe.epochs, -(-recipe.epochs // 2)))
        calls = 0

        def run() -> Fit:
            nonlocal calls
            calls += 1
            return short() if tired(calls - 1) else honest()

        return run

    return trains(make)


def small_outputs(Y: Array) -> NDArray[np.bool_]:
    """Tell which outputs (columns of Y) a norm over all of them doesn't see."""
    deviations = Y.std(0)
    return np.asarray(deviations < _SMALL * deviations.max())


def stretches_small_outputs(factor: float) -> Member:
    """Multiply the weights of outputs that are small beside others, and leave everything else as it is."""

    class Stretched(Training):
        def fit(self, history: History) -> Fit:
            fit, small = super().fit(history), small_outputs(self.Y)
            fit.weights[small] *= factor
            return replace(fit)

    return trains(Stretched)
