"""Inputs centred through torch: a tensor that shares their memory is written to, which no read-only flag stops."""

import warnings

import torch

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _centred(problem: Problem, recipe: Recipe) -> Run:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the array may be read-only, which torch says once and then forgets
        shared = torch.from_numpy(problem.X)
    shared -= shared.mean(0) + 1
    return Training(problem, recipe)


WORK, DEVICES, refuses, prepare = trains(_centred)
