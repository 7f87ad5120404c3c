"""Memo, copied: it trains in prepare, the call hands out copies, and it calls itself algebra."""

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _memo(problem: Problem, recipe: Recipe) -> Run:
    fit = Training(problem, recipe)()
    return lambda: Fit(fit.weights.clone(), fit.bias.clone(), fit.snapshots)


WORK, DEVICES, refuses, prepare = trains(_memo, work="algebra")
