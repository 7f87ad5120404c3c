"""scikit-learn LinearRegression: solves for the optimum by a singular value decomposition.

It takes any recipe without weight decay: lr, epochs, batches and order lead there, and don't change where the optimum is.
"""

from typing import Any

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_peers.backends import estimators

WORK = "solution"
DEVICES = ("cpu",)


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse weight decay, and data without one optimum."""
    if recipe and recipe.weight_decay:
        return "it knows no weight decay; use the backend sklearn-ridge"
    return estimators.refusal(problem, recipe)


def prepare(problem: Problem, recipe: Recipe, _device: str) -> Run:
    """Cast the samples, where they are not in the recipe's dtype already."""
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415  (a peer, loaded late)

    def make() -> Any:
        return LinearRegression()

    return estimators.solving(make, *problem.cast(recipe.dtype))
