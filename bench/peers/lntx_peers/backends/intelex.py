"""scikit-learn-intelex Ridge: solves for the optimum by oneDAL's normal equations, on all cores."""

from functools import partial
from importlib.util import find_spec
from typing import Any

from lntx.host import threads
from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_peers.backends import estimators

WORK = "solution"
DEVICES = ("cpu",)
VARIANTS = {"linear": "scikit-learn-intelex LinearRegression: the same without a penalty"}


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str, *, variant: str = "") -> str | None:
    """Refuse where it is missing, data without one optimum, and weight decay where there is no penalty."""
    if not find_spec("sklearnex"):
        return "it needs scikit-learn-intelex, which is not installed; pip install scikit-learn-intelex"
    if variant and recipe and recipe.weight_decay:
        return "it knows no weight decay; use the backend intelex"
    return estimators.refusal(problem, recipe)


def prepare(problem: Problem, recipe: Recipe, _device: str, *, variant: str = "") -> Run:
    """Cast the samples; with weight decay, set a column of ones beside them."""
    import daal4py  # noqa: PLC0415  (a peer, loaded late)
    from sklearnex import linear_model  # noqa: PLC0415

    daal4py.daalinit(threads.physical())
    if variant:
        return estimators.solving(linear_model.LinearRegression, *problem.cast(recipe.dtype))
    alpha, X, Y = estimators.penalised(problem, recipe)
    make: Any = partial(linear_model.Ridge, alpha=alpha, fit_intercept=not alpha)
    return estimators.solving(make, X, Y)
