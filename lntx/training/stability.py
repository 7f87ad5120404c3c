"""How large a step may be: the learning rate beyond which training this data must diverge.

Full batch is a linear iteration along each eigenvector of the Hessian (eigenvalue h, weight decay included), stable
while lr h < 2 for plain SGD, lr h < 2 (1 + momentum) / (1 - dampening) for heavy ball, lr h < 2 (1 + momentum) /
(1 + 2 momentum) for Nesterov: the Jury conditions on the 2 x 2 companion matrix (Polyak 1964; O'Donoghue and Candes
2015, section 4). Mini-batches in fixed order are stable while the spectral radius of an epoch's map is at most 1; a
step of plain SGD that is stable on every batch alone is stable in any order. With momentum, or over shuffled batches,
the first epoch's map stands for all of them, and the rate it gives is called an estimate.
"""

import numpy as np
from numpy.linalg import eigvals, eigvalsh

from lntx.errors import Diverged, InputError
from lntx.training.affine import System, seconds_of
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe

_DENSE = 1024  # features up to which a Hessian is formed and solved whole
_PATIENCE_S = 1.0  # seconds that a check before the training may take
_STRIDE = 1.2
_ROUNDING = 1e-6  # a radius of 1 comes out of eigvals as 1 give or take this; true directions without data have it


def check(problem: Problem, recipe: Recipe) -> None:
    """Raise Diverged for a recipe that must diverge, where that can be told at little cost."""
    system = System(problem, recipe)
    if recipe.lr <= _factor(recipe) / longest_step(system) or not _diverges(system):
        return
    raise Diverged(f"lr {recipe.lr:g} must diverge on this data; {advice(problem, recipe)}")


def advice(problem: Problem, recipe: Recipe) -> str:
    """Name the largest stable learning rate for this data and recipe, and how it is known."""
    rate, exact = largest_stable_lr(problem, recipe)
    return f"the largest stable learning rate for this data is {'' if exact else 'about '}{_rounded_down(rate):.3g}"


def largest_stable_lr(problem: Problem, recipe: Recipe) -> tuple[float, bool]:
    """Find the largest stable learning rate, and whether it is exact rather than an estimate.

    An estimate is from the first epoch's order, or, where the data is too large for that, a rate that is stable on
    every batch alone, divided by 1 / (1 - momentum), the number of steps that a gradient goes on pushing.
    """
    system = System(problem, recipe)
    longest_step(system)  # raises where no rate could be found
    if recipe.rows(problem.samples) == problem.samples:
        return _factor(recipe) / _curvature(system), True
    surely = 2 * (1 - recipe.momentum) / steepest_batch(system)
    if not affordable(system, tries=30):
        return surely, False
    return _by_bisection(system, surely), not recipe.shuffle


def _factor(recipe: Recipe) -> float:
    """Say what lr times the largest eigenvalue must stay below."""
    if not recipe.momentum:
        return 2.0
    if recipe.nesterov:
        return 2 * (1 + recipe.momentum) / (1 + 2 * recipe.momentum)
    return np.inf if recipe.dampening == 1 else 2 * (1 + recipe.momentum) / (1 - recipe.dampening)


def longest_step(system: System) -> float:
    """Bound the largest eigenvalue of any batch's Hessian from above, by the longest sample: one pass over X.

    Raises InputError where the squares of X overflow.
    """
    inputs, _ = system.problem.cast(system.recipe.dtype)
    with np.errstate(over="ignore"):
        longest = float(np.max(np.einsum("ij,ij->i", inputs, inputs, dtype=np.float64))) + 1
        bound = system.factor(1) * system.problem.samples * longest + system.recipe.weight_decay
    if not np.isfinite(bound):
        raise InputError("X holds numbers so large that their squares overflow; standardise it or change its units")
    return system.factor(1) * longest + system.recipe.weight_decay


def _curvature(system: System) -> float:
    """Find the largest eigenvalue of the whole data's Hessian, weight decay included."""
    if system.size <= _DENSE:
        return float(eigvalsh(system.hessian())[-1]) + system.recipe.weight_decay
    from scipy.sparse.linalg import LinearOperator, eigsh  # noqa: PLC0415  (slow to import, rarely needed)

    inputs, factor = system.inputs, system.factor(system.problem.samples)
    operator = LinearOperator((system.size,) * 2, matvec=lambda v: factor * (inputs.T @ (inputs @ v)), dtype=np.float64)
    start = np.ones(system.size)
    largest = eigsh(operator, k=1, which="LA", return_eigenvectors=False, v0=start, tol=1e-6)
    return float(largest[0]) + system.recipe.weight_decay


def steepest_batch(system: System) -> float:
    """Find the largest eigenvalue of any batch's Hessian; for shuffled batches a bound, by the longest sample."""
    if system.recipe.shuffle or system.recipe.rows(system.problem.samples) == 1:
        return longest_step(system)
    return max(_steepness(system, system.inputs[batch]) for batch in system.batches)


def _steepness(system: System, rows: np.ndarray) -> float:
    """Find the largest eigenvalue of one batch's Hessian, from the smaller of its two Gram matrices."""
    gram = rows @ rows.T if len(rows) < system.size else rows.T @ rows
    return float(system.factor(len(rows)) * eigvalsh(gram)[-1]) + system.recipe.weight_decay


def affordable(system: System, tries: int = 1) -> bool:
    """Tell whether an epoch's map can be composed that many times within the patience for a check."""
    height = system.size * (2 if system.recipe.momentum else 1)
    flops = 4.0 * system.problem.samples * system.size * height + 10.0 * height**3
    return tries * seconds_of(len(system.batches), flops) < _PATIENCE_S * max(1, tries / 4)


def _diverges(system: System) -> bool:
    """Tell whether the recipe must diverge; False also where that would cost more than the patience for it."""
    recipe = system.recipe
    if recipe.rows(system.problem.samples) == system.problem.samples:
        return recipe.lr > _factor(recipe) / _curvature(system) * (1 + _ROUNDING)
    if recipe.shuffle or not affordable(system):
        return False  # the trainer stops at the first loss that is not finite
    return not _stable(system, recipe.lr)


def _stable(system: System, lr: float) -> bool:
    epoch = System(system.problem, system.recipe.but(lr=lr)).epoch_map()
    linear = epoch[: -system.problem.outputs, : -system.problem.outputs]
    return bool(np.isfinite(linear).all() and np.abs(eigvals(linear)).max() <= 1 + _ROUNDING)


def _by_bisection(system: System, stable: float) -> float:
    """Close in on the rate at which an epoch's spectral radius passes 1, from a stable one upwards, to 1 in 1,000."""
    while not _stable(system, stable):  # with momentum, stable on each batch alone is not yet stable in turn
        stable /= 2
    unstable = _STRIDE * stable  # not doubled: a stable rate may lie above unstable ones, and is then not what is asked
    while _stable(system, unstable):
        stable, unstable = unstable, _STRIDE * unstable
    while unstable > 1.001 * stable:
        middle = (stable * unstable) ** 0.5
        stable, unstable = (middle, unstable) if _stable(system, middle) else (stable, middle)
    return stable


def _rounded_down(rate: float) -> float:
    """Cut to three digits downwards, so that the rate which is named is itself stable."""
    if not np.isfinite(rate) or rate <= 0:
        return rate
    unit = 10.0 ** (np.floor(np.log10(rate)) - 2)
    return float(np.floor(rate / unit) * unit)
