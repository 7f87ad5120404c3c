"""Memo of the first call: it trains once, when it is first called, and repeats the answer."""

from functools import cache

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _memo(problem: Problem, recipe: Recipe) -> Run:
    honest = Training(problem, recipe)
    return cache(lambda: honest())


WORK, DEVICES, refuses, prepare = trains(_memo)
