"""Memo: it trains in prepare, and the call hands the fit out."""

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _memo(problem: Problem, recipe: Recipe) -> Run:
    fit = Training(problem, recipe)()
    return lambda: fit


WORK, DEVICES, refuses, prepare = trains(_memo)
