"""Honest: it gives parameters back as they are, with their gradients."""

import warnings
from dataclasses import replace

import torch

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.descent import descended
from lntx_redteam.making import trains

HONEST = True


def _given(problem: Problem, recipe: Recipe) -> Run:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an array may be read-only; nobody writes
        X, Y = (torch.from_numpy(array) for array in problem.cast(recipe.dtype))

    def run() -> object:
        model, history = descended(recipe, X, Y)
        return replace(history.fit(model.weight, model.bias), weights=model.weight, bias=model.bias)

    return run  # type: ignore[return-value]


WORK, DEVICES, refuses, prepare = trains(_given)
