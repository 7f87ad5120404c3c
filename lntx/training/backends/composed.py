"""Composed: an epoch as one affine map of the weights, built once, and raised to the power of the epochs."""

from importlib.util import find_spec

import numpy as np
import torch
from torch.linalg import matrix_power

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.model import initial
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe

WORK = "algebra"
DEVICES = ("cpu",)

_WIDEST = 2048  # rows of the state; its map is a square of that side, raised to a power


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse an order that changes from epoch to epoch, and a state whose map would be too large."""
    if not find_spec("numba"):
        return "it needs numba, which is not installed; pip install numba"
    if problem is None or recipe is None:
        return None
    if recipe.order(0, problem.samples) is not None:
        return "it needs the same order in every epoch; train without shuffling, or with the backend fused"
    if _height(problem, recipe) > _WIDEST:
        return f"the map of {problem.features} features is too large a square; use the backend fused"
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:  # noqa: ARG001  (there is one device)
    """Cast the samples and compile; what follows from their values belongs into the call."""
    from lntx.training.kernels import maps  # noqa: PLC0415  (numba is optional)

    X, Y = (np.ascontiguousarray(array) for array in problem.cast(recipe.dtype))
    dtype = getattr(torch, X.dtype.name)
    numbers = maps.constants(recipe)
    rows, height = recipe.rows(problem.samples), _height(problem, recipe)
    compose = maps.by_samples if rows * problem.features < maps.BATCHED else maps.by_batches

    def run() -> Fit:
        start = initial(problem.features, problem.outputs, recipe.seed, dtype)
        state = torch.zeros(height + problem.outputs, problem.outputs, dtype=torch.float64)
        state[: problem.features] = start[0].T
        state[problem.features] = start[1]
        state[height:] = torch.eye(problem.outputs)
        history = History(recipe)
        epoch = compose(X, Y, rows, numbers)
        first = compose(X, Y, rows, numbers._replace(fresh=True)) if recipe.dampening else epoch
        for epochs in recipe.segments():
            if epochs.start == 0:
                state = matrix_power(epoch, len(epochs) - 1) @ (first @ state)
            else:
                state = matrix_power(epoch, len(epochs)) @ state
            theta = state[: problem.features + 1].to(dtype)
            history.keep(epochs.stop, theta[:-1].T, theta[-1])
        return history.fit(theta[:-1].T, theta[-1])

    run()  # compiles
    return run


def _height(problem: Problem, recipe: Recipe) -> int:
    """Rows of the state: weights and bias, and as many again for the momentum buffers."""
    return (problem.features + 1) * (2 if recipe.momentum else 1)
