"""Snap ML LinearRegression: solves for the optimum by coordinate descent, on all cores.

It stops too early where it fits the intercept by itself, so that the bias is the weight of a column of ones, as Snap ML's own
`intercept_scaling` would have it. It can't do without a penalty: the least that it takes moves the optimum by less than rounding.
"""

import warnings
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from lntx.host import threads
from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_peers.backends import estimators

WORK = "solution"
DEVICES = ("cpu",)
_LEAST = 1e-9  # of a penalty, a sample
_TOLERANCE = 1e-12  # of the optimum, at which it stops


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse where it is missing, several outputs, and data without one optimum."""
    if not find_spec("snapml"):
        return "it needs Snap ML, which is not installed; pip install snapml"
    if problem and problem.outputs != 1:
        return f"it solves for one output, and here are {problem.outputs}; use the backend sklearn-ridge"
    if problem and recipe and (recipe.dtype or problem.dtype) != "float32":
        return "it takes targets in float32; use dtype='float32', or the backend sklearn-ridge"
    return estimators.refusal(problem, recipe)


def prepare(problem: Problem, recipe: Recipe, _device: str) -> Run:
    """Cast the samples, and set a column of ones beside them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how it asks NumPy for the processor's features
        import snapml  # noqa: PLC0415  (a peer, loaded late)

    X, Y = problem.cast(recipe.dtype)
    X = np.column_stack([X, np.ones(len(X), X.dtype)])
    alpha = max(recipe.weight_decay * problem.samples / 2, _LEAST * problem.samples)
    make: Any = partial(
        snapml.LinearRegression,
        regularizer=alpha,
        dual=False,
        tol=_TOLERANCE,
        max_iter=10_000,
        n_jobs=threads.physical(),
    )
    return estimators.solving(make, X, np.ascontiguousarray(Y[:, 0]), intercept=False)
