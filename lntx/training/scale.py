"""Whether a training's numbers fit its dtype: samples and targets, their products, the learning rate, and single steps.

Told in front, from the largest of X and Y alone, in one pass and without a product that could overflow. The start is
uniform in +-1/sqrt(features), so the first residuals are within 2 |x| + |y|; what a step computes on the way is bounded
by that, summed over a batch and kept by the momentum.
"""

import numpy as np

from lntx.errors import InputError
from lntx.training.problem import Array, Problem
from lntx.training.recipe import DType, Recipe

_ROOM = 8.0  # how far below the largest number of the dtype all must stay
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
        f"X reaches {x:.3g} and Y {y:.3g}{decay}: what a step makes of them leaves {dtype}, which ends at "
        f"{np.finfo(dtype).max:.3g}; standardise the data (--standardize) or change its units{wider}"
    )


def check_rate(problem: Problem, recipe: Recipe) -> None:
    """Raise InputError where the recipe's dtype has no such learning rate."""
    dtype = recipe.dtype or problem.dtype
    limits = np.finfo(dtype)
    if limits.tiny <= recipe.lr <= limits.max:
        return
    wider = ", or use dtype float64" if dtype == "float32" and recipe.lr >= np.finfo("float64").tiny else ""
    raise InputError(
        f"lr {recipe.lr:g} is no {dtype}, whose numbers lie between {limits.tiny:.3g} and {limits.max:.3g}; "
        f"standardise the data (--standardize) and take an lr near 1{wider}"
    )


def largest(array: Array) -> float:
    """Find the largest magnitude in an array, block by block."""
    blocks = (array[start : start + _BLOCK] for start in range(0, len(array), _BLOCK))
    return max(max(float(block.max()), -float(block.min())) for block in blocks)


def _fits(problem: Problem, recipe: Recipe, x: float, y: float, dtype: DType) -> bool:
    """Tell whether gradients and buffers stay within a dtype, and squares over all samples within float64."""
    room = float(np.finfo(dtype).max) / _ROOM
    with np.errstate(over="ignore"):
        length = np.float64(max(x, 1.0)) * np.sqrt(problem.features + 1.0)
        residual = 2 * length + y
        gradient = recipe.rows(problem.samples) * length * residual + recipe.weight_decay
        squares = problem.samples * problem.outputs * np.square(residual) * _ROOM
        kept = gradient / (1 - recipe.momentum)
    return bool(max(x, y, kept) < room and np.isfinite(squares))
