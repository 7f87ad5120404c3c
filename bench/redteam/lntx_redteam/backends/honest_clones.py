"""Honest: torch.optim.SGD on clones of tensors that shared the arrays' memory."""

import warnings

import torch

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.descent import descending
from lntx_redteam.making import trains

HONEST = True


def _cloned(problem: Problem, recipe: Recipe) -> Run:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an array may be read-only; nobody writes
        X, Y = (torch.from_numpy(array).clone() for array in problem.cast(recipe.dtype))
    return lambda: descending(recipe, X, Y)


WORK, DEVICES, refuses, prepare = trains(_cloned)
