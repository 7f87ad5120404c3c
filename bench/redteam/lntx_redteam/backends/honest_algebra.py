"""Honest: the epoch's map raised to a power, in the call, and called algebra."""

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.algebra import iterate
from lntx_redteam.making import in_order, trains
from lntx_redteam.training import Training

HONEST = True


def _composed(problem: Problem, recipe: Recipe) -> Run:
    honest = Training(problem, recipe)
    return lambda: iterate(honest)


WORK, DEVICES, refuses, prepare = trains(_composed, work="algebra", refuses=in_order)
