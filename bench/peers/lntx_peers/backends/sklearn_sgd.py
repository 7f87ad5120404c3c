"""scikit-learn SGDRegressor: a Cython loop over the samples, set to take the very same steps.

Its loss is half the squared error, so that a constant eta0 = 2 lr is lr here; without penalty, in order, and with the
stopping rule off, a pass over the samples is an epoch of batch size 1.
"""

from importlib.util import find_spec
from typing import Any

import numpy as np
import torch

from lntx.errors import Diverged
from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_peers.backends.estimators import MISSING

WORK = "steps"
DEVICES = ("cpu",)

_CLIPPED = 1e12  # SGDRegressor takes larger residuals for this, so that what diverges stays finite and looks like a fit
# Targets and weights are in a unit near their largest, a power of two, in which residuals are so large only where they grow.


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse what SGDRegressor doesn't do, or does otherwise than torch."""
    if not find_spec("sklearn"):
        return MISSING
    if problem is None or recipe is None:
        return None
    reasons = (
        (recipe.rows(problem.samples) != 1, "it takes one sample a step; use batch_size=1, or the backend jax"),
        (problem.outputs != 1, f"it trains one output, and here are {problem.outputs}; use the backend jax"),
        (recipe.momentum, "it knows no momentum; use the backend jax"),
        (recipe.weight_decay, "its penalty spares the bias, which torch's weight decay doesn't; use the backend jax"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def prepare(problem: Problem, recipe: Recipe, _device: str) -> Run:
    """Lay the samples out as SGDRegressor wants them."""
    from sklearn.linear_model import SGDRegressor  # noqa: PLC0415  (a peer, loaded late)

    X, Y = (np.ascontiguousarray(array) for array in problem.cast(recipe.dtype))
    y = Y[:, 0]
    dtype = getattr(torch, X.dtype.name)
    same = {"penalty": None, "learning_rate": "constant", "eta0": 2 * recipe.lr, "shuffle": False, "tol": None}
    same["random_state"] = 0  # which it would draw from NumPy's, and never uses

    def train(weights: Any, bias: Any, targets: Any, epochs: range) -> None:
        """Take the steps of some epochs, in place."""
        order = recipe.order(epochs.start, problem.samples)
        inputs, targets = (X, targets) if order is None else (X[order], targets[order])
        estimator = SGDRegressor(max_iter=len(epochs), **same)
        try:
            estimator.fit(inputs, targets, coef_init=weights.numpy()[0].copy(), intercept_init=bias.numpy().copy())
        except ValueError as error:
            if "overflow" not in str(error):
                raise
            raise Diverged(f"the weights are no longer finite after epoch {epochs.stop}") from error
        weights[0] = torch.from_numpy(estimator.coef_)
        bias[:] = torch.from_numpy(estimator.intercept_)

    def run() -> Fit:
        weights, bias = initial(problem.features, problem.outputs, recipe.seed, dtype)
        unit = _unit(y, weights.numpy(), bias.numpy())
        weights, bias, targets = weights / unit, bias / unit, y / X.dtype.type(unit)
        history = History(recipe)
        for epochs in recipe.segments():
            for stretch in [range(e, e + 1) for e in epochs] if recipe.shuffle else [epochs]:
                train(weights, bias, targets, stretch)
            history.keep(epochs.stop, weights * unit, bias * unit)
        if np.abs(X @ weights.numpy()[0] + bias.numpy() - targets).max() >= _CLIPPED:
            raise Diverged("the residuals are so large that SGDRegressor clips them")
        return history.fit(weights * unit, bias * unit)

    return run


def _unit(*parts: Any) -> float:
    """Return the power of two just above the largest number; 1 where all are 0."""
    return float(2.0 ** np.frexp(max(float(np.abs(part).max()) for part in parts))[1])
