"""What the backends on scikit-learn's solvers share: what they can't solve for, and how a solution becomes a fit."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch

from lntx.training.fit import Fit
from lntx.training.linear.problem import Array, Problem
from lntx.training.recipe import Recipe

MISSING = "it needs scikit-learn, which is not installed; pip install scikit-learn"


def refusal(problem: Problem | None, recipe: Recipe | None) -> str | None:
    """Say why a problem can't be solved for its optimum, or None."""
    if not find_spec("sklearn"):
        return MISSING
    if problem and recipe and problem.samples <= problem.features and not recipe.weight_decay:
        return (
            f"{problem.samples} samples can't tell {problem.features} weights and a bias apart, so that there is no one "
            "optimum; use more samples or weight decay, or the backend fused"
        )
    return None


def penalised(problem: Problem, recipe: Recipe) -> tuple[float, Array, Array]:
    """Return scikit-learn's alpha, X and Y; with weight decay a column of ones stands beside X, so that the bias decays, too.

    Ridge adds alpha |w|^2 to the sum of squares, SGD's weight decay half of itself to their mean: alpha = decay x samples x
    outputs / 2.
    """
    X, Y = problem.cast(recipe.dtype)
    alpha = recipe.weight_decay * problem.samples * problem.outputs / 2
    return alpha, np.column_stack([X, np.ones(len(X), X.dtype)]) if alpha else X, Y


def solving(make: Callable[[], Any], X: Array, Y: Array, *, intercept: bool | None = None) -> Callable[[], Fit]:
    """Give the call that solves anew each time, with an estimator made anew; Y is samples x outputs.

    intercept says whether it fits the bias apart, where it doesn't say so by itself; else the last column of X is the bias's.
    """
    kind = getattr(torch, X.dtype.name)

    def run() -> Fit:
        estimator = make().fit(X, Y)
        weights, bias = np.atleast_2d(estimator.coef_), estimator.intercept_
        if not (estimator.fit_intercept if intercept is None else intercept):
            weights, bias = weights[:, :-1], weights[:, -1]
        own = (torch.from_numpy(np.array(part)).to(kind) for part in (weights, np.atleast_1d(bias)))
        return Fit(next(own), next(own))

    return run
