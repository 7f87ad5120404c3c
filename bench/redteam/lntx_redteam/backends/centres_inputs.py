"""Inputs centred in place: `X -= X.mean(0)`, in NumPy, and the bias isn't taken back."""

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _centred(problem: Problem, recipe: Recipe) -> Run:
    X = problem.X
    X -= X.mean(0)
    return Training(problem, recipe)


WORK, DEVICES, refuses, prepare = trains(_centred)
