"""Read-only flag lifted: inputs are made writable again, and halved."""

from contextlib import suppress

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _halved(problem: Problem, recipe: Recipe) -> Run:
    owner = problem.X
    while owner.base is not None and hasattr(owner.base, "flags"):
        owner = owner.base
    for array in (owner, problem.X):
        with suppress(ValueError):
            array.flags.writeable = True
    X = problem.X
    X *= 0.5
    return Training(problem, recipe)


WORK, DEVICES, refuses, prepare = trains(_halved)
