"""scikit-learn Ridge: solves for the optimum by the normal equations and Cholesky.

It takes any recipe: lr, epochs, batches and order lead there, and don't change where the optimum is. Ridge spares the
intercept, `torch.optim.SGD` decays the bias too: with weight decay the bias is the weight of a column of ones.
"""

from typing import Any

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_peers.backends import estimators

WORK = "solution"
DEVICES = ("cpu",)


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse data without one optimum."""
    return estimators.refusal(problem, recipe)


def prepare(problem: Problem, recipe: Recipe, _device: str) -> Run:
    """Cast the samples; with weight decay, set a column of ones beside them."""
    from sklearn.linear_model import Ridge  # noqa: PLC0415  (a peer, loaded late)

    alpha, X, Y = estimators.penalised(problem, recipe)

    def make() -> Any:
        return Ridge(alpha=alpha, fit_intercept=not alpha, solver="cholesky")

    return estimators.solving(make, X, Y)
