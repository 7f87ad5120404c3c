"""What is asked of a training: its arguments as they must be, checked before anything else is done with them."""

from typing import Any

import numpy as np

from lntx.errors import InputError, Refused
from lntx.training import device as devices
from lntx.training import scalars
from lntx.training.backends import find
from lntx.training.backends.interface import Backend
from lntx.training.linear import dtype_range, stability
from lntx.training.linear.data.conversion import Array, blocks
from lntx.training.linear.data.scaling import may_be_unresolved, unresolved
from lntx.training.linear.problem import Problem
from lntx.training.recipe import DType, Recipe


def request(problem: Any, recipe: Any, device: Any, progress: Any = None) -> tuple[Problem, Recipe, str]:
    """Take a problem, a recipe (None is the default one) and a device, whose name is given back.

    Raises InputError, naming the argument, for what is none, for a device that isn't here, for a progress that can't be
    called, and for numbers that the recipe's dtype can't tell apart.
    """
    if not isinstance(problem, Problem):
        raise InputError(f"problem must be a Problem, as lntx.tutorial() makes one, not {scalars.shown(problem)}")
    recipe = Recipe() if recipe is None else recipe
    if not isinstance(recipe, Recipe):
        raise InputError(f"recipe must be a Recipe, such as lntx.Recipe(epochs=10), not {scalars.shown(recipe)}")
    if progress is not None and not callable(progress):
        raise InputError(f"progress must be a function of the epoch's number, not {scalars.shown(progress)}")
    devices.check(device)
    if recipe.dtype == "float32" and problem.dtype == "float64":
        _check_resolved("X", problem.X, problem.features_named, recipe.dtype)
        _check_resolved("Y", problem.Y, problem.outputs_named, recipe.dtype)
    return problem, recipe, str(device)


def _check_resolved(argument: str, array: Array, names: tuple[str, ...], dtype: DType) -> None:
    """Raise InputError for a column that a narrower dtype can't hold."""
    edges = np.array([(array[block].min(0), array[block].max(0)) for block in blocks(array)])
    for column in np.flatnonzero(may_be_unresolved(edges[:, 0].min(0), edges[:, 1].max(0), len(array), dtype)):
        if reason := unresolved(np.ascontiguousarray(array[:, column]), dtype):
            raise InputError(f"{argument}: column {names[column]!r} {reason}")


def checked(problem: Problem, recipe: Recipe, backend: str, device: str) -> Backend:
    """Find the backend, and make sure that it takes this recipe and that the recipe doesn't have to diverge.

    Raises as `prepare` does. What these checks take is no part of what a training costs, and is never timed.
    """
    devices.check(device)
    chosen = find(backend)
    recipe.rows(problem.samples)  # a batch larger than the data, said before anything else
    if reason := chosen.refuses(problem, recipe, device):
        raise Refused(f"backend {backend} can't do this: {reason}")
    stability.check(problem, recipe)
    if chosen.work == "steps":
        dtype_range.check_steps(problem, recipe)
    return chosen
