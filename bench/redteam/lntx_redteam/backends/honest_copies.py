"""Honest: torch.optim.SGD on copies that torch.tensor made in prepare."""

import torch

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.descent import descending
from lntx_redteam.making import trains

HONEST = True


def _copied(problem: Problem, recipe: Recipe) -> Run:
    X, Y = (torch.tensor(array) for array in problem.cast(recipe.dtype))
    return lambda: descending(recipe, X, Y)


WORK, DEVICES, refuses, prepare = trains(_copied)
