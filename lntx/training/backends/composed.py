"""Composed: an epoch as one affine map of the weights, built once, and raised to the power of the epochs."""

from importlib.util import find_spec
from math import log2

import numpy as np
import torch
from torch import Tensor
from torch.linalg import matrix_power

from lntx.limits import Limits
from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.model import initial
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe

WORK = "algebra"
DEVICES = ("cpu",)

_BATCHED = 2048  # numbers in a batch from which matrix products pay
_CALLS = 10  # of torch in a training, besides the squarings
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
    rows = recipe.rows(problem.samples)
    compose = maps.by_samples if rows * problem.features < _BATCHED else maps.by_batches

    beginning = _beginning(problem, recipe, dtype)

    def run() -> Fit:
        state = beginning
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


def _beginning(problem: Problem, recipe: Recipe, dtype: torch.dtype) -> Tensor:
    """Lay the initial weights out as a state: features + 1 rows, those of the buffers, if any, and one for each output."""
    weights, bias = initial(problem.features, problem.outputs, recipe.seed, dtype)
    height = _height(problem, recipe)
    state = torch.zeros(height + problem.outputs, problem.outputs, dtype=torch.float64)
    state[: problem.features], state[problem.features] = weights.T, bias
    state[height:] = torch.eye(problem.outputs)
    return state


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: composing, sample by sample at half a core's FLOP/s or batch by batch, and then squaring."""
    samples, width, rows = problem.samples, problem.features + 1, recipe.rows(problem.samples)
    columns, batches = _height(problem, recipe) + problem.outputs, -(-samples // rows)
    if rows * problem.features < _BATCHED:
        flops = 4 * samples * width * columns + 3 * batches * width * columns
        building = 2 * limits.threads * limits.multiply_s(flops, "float64")
    else:
        flops = 2 * samples * width * (width + problem.outputs) + 2 * batches * width * width * columns
        casting = limits.read_s(3 * 8 * problem.X.size, alone=True)
        building = casting + limits.multiply_s(flops, "float64") + 6 * batches * limits.call_s
    squarings = sum(1.5 * log2(len(epochs) + 1) for epochs in recipe.segments())
    squaring = squarings * (limits.multiply_s(2 * columns**3, "float64") + 0.4 * limits.call_s)
    return building * (2 if recipe.dampening else 1) + squaring + _CALLS * limits.call_s


def _height(problem: Problem, recipe: Recipe) -> int:
    """Rows of the state: weights and bias, and as many again for the momentum buffers."""
    return (problem.features + 1) * (2 if recipe.momentum else 1)
