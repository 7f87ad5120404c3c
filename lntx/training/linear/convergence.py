"""How far a training is from the least-squares optimum, and what would bring it there.

A backend that does the right steps gives the reference's weights, converged or not: this tells the two apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lntx.errors import LntxError
from lntx.training.fit import Fit
from lntx.training.linear.affine import System
from lntx.training.linear.matrices import seconds_of
from lntx.training.linear.objective import PATIENCE_S, Landscape
from lntx.training.linear.problem import Problem
from lntx.training.linear.stability import largest_stable_lr
from lntx.training.recipe import Recipe

_MOMENTUM = 0.9
_WORTH = 2.0  # times fewer epochs: less is no advice


@dataclass(frozen=True, slots=True)
class Convergence:
    """Where a fit stands, in the units that it was trained in.

    loss and best: the mean squared error of the fit and at the optimum (with weight decay, where the sum of both is
    least). excess: how much more than the optimum's the fit's objective is. distance: of weights and bias to the nearest
    optimum, relative to its size. unique: whether there is one optimum. condition: the Hessian's largest eigenvalue over its
    smallest that isn't zero. floor: the excess that batches of this size come to at this lr, however long; None where that
    wasn't found out. reached: whether nothing much is left to gain.
    """

    loss: float
    best: float
    excess: float
    distance: float
    unique: bool
    condition: float
    floor: float | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A recipe, in the words of the command line, that would come to the optimum, and about how many epochs it would take.

    epochs is None where it never would.
    """

    words: str
    epochs: int | None


def convergence(landscape: Landscape, fit: Fit) -> Convergence:
    """Return where a fit, as it was trained, stands."""
    problem = landscape.system.problem
    theta = np.vstack([fit.weights.double().numpy().T, fit.bias.double().numpy()])
    limit = landscape.limit()
    curved = landscape.values[landscape.curved]
    excess = landscape.excess(theta)
    return Convergence(
        loss=problem.loss(theta[:-1].T, theta[-1]),
        best=problem.loss(landscape.optimum[:-1].T, landscape.optimum[-1]),
        excess=excess,
        distance=landscape.distance(theta),
        unique=bool(landscape.curved.all()),
        condition=float(curved[-1] / curved[0]) if len(curved) else 1.0,
        floor=None if limit is None else landscape.excess(limit),
        reached=bool(excess <= landscape.target),
    )


def ways(problem: Problem, recipe: Recipe, landscape: Landscape) -> Iterator[Way]:
    """Yield how long this recipe would take from its start, and changes of it that would take a fraction of that."""
    here = landscape.epochs()
    yield Way(f"lr {recipe.lr:.4g}", here)
    for words, changed in _changes(problem, recipe):
        epochs = landscape.but(changed).epochs()
        if epochs is not None and (here is None or epochs * _WORTH <= here):
            yield Way(words, epochs)


def _changes(problem: Problem, recipe: Recipe) -> Iterator[tuple[str, Recipe]]:
    """Yield recipes that may be quicker: the learning rate that `auto` takes, with momentum, and full batch."""
    full = recipe.rows(problem.samples) == problem.samples
    system = System(problem, recipe)
    if full or seconds_of(30 * len(system.batches), 120.0 * problem.samples * system.size**2) < PATIENCE_S:
        yield from _at_auto("--lr auto", problem, recipe)
    if not recipe.momentum:
        pushed = recipe.but(momentum=_MOMENTUM, dampening=0.0, batch_size=None)
        yield from _at_auto(f"--lr auto --momentum {_MOMENTUM}" + " --batch-size full" * (not full), problem, pushed)


def _at_auto(words: str, problem: Problem, recipe: Recipe) -> Iterator[tuple[str, Recipe]]:
    """Yield a recipe at half of its largest stable learning rate, as `auto` is."""
    try:
        rate = largest_stable_lr(problem, recipe)[0] / 2
    except LntxError:
        return
    if 0 < rate < np.inf:
        yield f"lr {rate:.4g} ({words})", recipe.but(lr=rate)
