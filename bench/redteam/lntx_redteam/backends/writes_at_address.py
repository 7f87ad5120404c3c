"""Inputs written at their address: the first half of their bytes is copied over the second, past NumPy and torch."""

import ctypes

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _written(problem: Problem, recipe: Recipe) -> Run:
    half = problem.X.nbytes // 2
    ctypes.memmove(problem.X.ctypes.data + half, problem.X.ctypes.data, half)
    return Training(problem, recipe)


WORK, DEVICES, refuses, prepare = trains(_written)
