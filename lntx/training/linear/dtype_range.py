"""Whether a training's numbers fit its dtype: samples and targets, their products, the learning rate, and single steps.

Told in front, from the largest of X and Y alone, in one pass and without a product that could overflow. The start is
uniform in +-1/sqrt(features), so the first residuals are within 2 |x| + |y|; what a step computes on the way is bounded
by that, summed over a batch and kept by the momentum.
"""

from typing import Any

import numpy as np

from lntx.errors import InputError
from lntx.training.linear.problem import Array, Problem
from lntx.training.recipe import DType, Recipe

_ROOM = 8.0  # how far below the largest number of the dtype all must stay
_WAY = 10.0  # roundoffs of the weights, that steps too small to count would go together
_BLOCK = 2**16  # rows that are looked at together


def check(problem: Problem, recipe: Recipe) -> None:
    """Raise InputError where the data's numbers, or their products, leave the recipe's dtype."""
    x, y = largest(problem.X), largest(problem.Y)
    dtype = recipe.dtype or problem.dtype
    if _fits(problem, recipe, x, y, dtype):
        return
    wider = ", or use dtype float64" if dtype == "float32" and _fits(problem, recipe, x, y, "float64") else ""
    decay = f" and weight_decay is {recipe.weight_decay:.3g}" if recipe.weight_decay > x else ""
    raise InputError(
        f"X reaches {x:.3g} and Y {y:.3g}{decay}, so large that their squares overflow {dtype}, which ends at "
        f"{np.finfo(dtype).max:.3g}; standardise the data (--standardize) or change its units{wider}"
    )


def check_rate(problem: Problem, recipe: Recipe) -> None:
    """Raise InputError where the recipe's dtype has no such learning rate."""
    dtype = recipe.dtype or problem.dtype
    limits = np.finfo(dtype)
    if float(limits.tiny) <= recipe.lr <= float(limits.max):
        return
    wider = ", or use dtype float64" if dtype == "float32" and recipe.lr >= np.finfo("float64").tiny else ""
    raise InputError(
        f"lr {recipe.lr:g} is no {dtype}, whose numbers lie between {limits.tiny:.3g} and {limits.max:.3g}; "
        f"standardise the data (--standardize) and take an lr near 1{wider}"
    )


def check_steps(problem: Problem, recipe: Recipe) -> None:
    """Raise InputError where steps are to be taken that are all rounded away, though together they would be a way.

    A weight stays what it is while a step is below half a unit in its last place, and with it all gradients stay.
    """
    dtype = recipe.dtype or problem.dtype
    epsilon = float(np.finfo(dtype).eps)
    with np.errstate(over="ignore"):
        step = recipe.lr * _push(problem, recipe, largest(problem.X), largest(problem.Y))
    if step > epsilon:  # the start's weights are below 1
        return
    size = float(np.median(_start(problem, recipe)))
    if step >= epsilon / 4 * size or step * recipe.steps(problem.samples) < _WAY * epsilon * size:
        return
    wider = ", or use dtype float64" if dtype == "float32" else ""
    raise InputError(
        f"at lr {recipe.lr:g} a step moves weights of {size:.2g} by {step:.2g} at most, which {dtype} rounds to nothing, and the "
        f"training would end where it starts; use a larger lr (--lr auto){wider}"
    )


def _start(problem: Problem, recipe: Recipe) -> Array:
    """Return the magnitudes of all weights at the start."""
    import torch  # noqa: PLC0415  (nothing else here needs it)

    from lntx.training.linear.model import initial  # noqa: PLC0415

    parts = initial(problem.features, problem.outputs, recipe.seed, torch.float64)
    return np.asarray(np.abs(np.concatenate([part.numpy().ravel() for part in parts])))


def largest(array: Array) -> float:
    """Find the largest magnitude in an array, block by block."""
    blocks = (array[start : start + _BLOCK] for start in range(0, len(array), _BLOCK))
    return max(max(float(block.max()), -float(block.min())) for block in blocks)


def _fits(problem: Problem, recipe: Recipe, x: float, y: float, dtype: DType) -> bool:
    """Return whether gradients and buffers stay within a dtype, and squares over all samples within float64."""
    with np.errstate(over="ignore"):
        summed = recipe.rows(problem.samples) * _push(problem, recipe, x, y)
        squares = problem.samples * problem.outputs * np.square(_residual(problem, x, y)) * _ROOM
    return bool(max(x, y, summed) < np.finfo(dtype).max / _ROOM and np.isfinite(squares))


def _push(problem: Problem, recipe: Recipe, x: float, y: float) -> Any:
    """Bound how far a sample pushes a weight in the first steps, for an lr of 1."""
    longest = np.float64(max(x, 1.0))
    return (2 * longest * _residual(problem, x, y) + recipe.weight_decay) / (1 - recipe.momentum)


def _residual(problem: Problem, x: float, y: float) -> Any:
    """Bound a residual at the start."""
    return 2 * np.float64(max(x, 1.0)) * np.sqrt(problem.features + 1.0) + y
