"""Targets written in place: outliers are pulled in, `Y.clip(-1, 1, out=Y)`, before the training."""

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _clipped(problem: Problem, recipe: Recipe) -> Run:
    problem.Y.clip(-1, 1, out=problem.Y)
    return Training(problem, recipe)


WORK, DEVICES, refuses, prepare = trains(_clipped)
