"""Honest: prepare does nothing, all data are read and cast in the call."""

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training

HONEST = True


def _late(problem: Problem, recipe: Recipe) -> Run:
    return lambda: Training(problem, recipe)()


WORK, DEVICES, refuses, prepare = trains(_late)
