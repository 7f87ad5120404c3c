"""Hangs in prepare: there is never a call."""

from threading import Event

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training

ENDS = True


def _hangs(problem: Problem, recipe: Recipe) -> Run:
    Event().wait()
    return Training(problem, recipe)


WORK, DEVICES, refuses, prepare = trains(_hangs)
