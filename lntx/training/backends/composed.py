"""Composed: an epoch as one affine map of the weights, built once, and raised to the power of the epochs.

The state s holds theta, the momentum buffer if there is one, and a 1 for each output. Every step is a square matrix
applied to it, which depends on the data alone, and an epoch is their product:

    M = M_n ... M_2 M_1              M_i holds I - c Z_i' Z_i, the affine part c Z_i' Y_i, momentum and weight decay
    s after E epochs = M^E s         by squaring, log2(E) products

Sample by sample, each step takes a rank-one update of M; batch by batch, one Gram product. With n samples and d
features that costs n d^2 + d^3 log2(E) in the place of n d E. All of it is float64. Where no sample points, the epoch's
map has eigenvalues of 1 but for rounding: there the power is taken within what samples span alone.
"""

from importlib.util import find_spec
from math import log2
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.linalg import matrix_power

from lntx.host.limits import Limits
from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.matrices import Matrix, laid_out
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.linear.row_space import amplified, matters, span
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
    from lntx.training.linear.kernels import maps  # noqa: PLC0415  (numba is optional)

    given = problem.cast(recipe.dtype)
    numbers = maps.constants(recipe)
    rows = recipe.rows(problem.samples)
    compose = maps.by_samples if rows * problem.features < _BATCHED else maps.by_batches

    layout, dtype = _layout(problem, recipe), getattr(torch, given[0].dtype.name)
    lies_right = all(array.flags.c_contiguous for array in given)
    if lies_right:
        given = laid_out(given[0]), laid_out(given[1])
    steps, error = recipe.steps(problem.samples) // recipe.epochs, amplified(problem, recipe)
    splits = matters(error, problem, recipe)

    def run() -> Fit:
        X, Y = given if lies_right else tuple(map(laid_out, given))
        state = _beginning(layout, problem.features, recipe.seed, dtype)
        history = History(recipe)
        epoch = compose(X, Y, rows, numbers)
        first = compose(X, Y, rows, numbers._replace(fresh=True)) if recipe.dampening else epoch
        spanned = (
            _span(span(maps.gram(X, Y)[:, : problem.features + 1], error), recipe, problem.outputs, steps)
            if splits
            else None
        )
        for epochs in recipe.segments():
            if epochs.start == 0:
                state = first @ state
            state = _after(len(epochs) - (epochs.start == 0), state, epoch, spanned)
            theta = state[: problem.features + 1].to(dtype)
            history.keep(epochs.stop, theta[:-1].T, theta[-1])
        return history.fit(theta[:-1].T, theta[-1])

    inputs, targets = (laid_out(array[:rows]) for array in given)
    compose(inputs, targets, rows, numbers)  # compiles
    return run


def _layout(problem: Problem, recipe: Recipe) -> Matrix:
    """Lay a state out: features + 1 rows for the weights, those of the buffers, if any, and one for each output, a 1."""
    return np.eye(_height(problem, recipe) + problem.outputs, problem.outputs, -_height(problem, recipe))


def _beginning(layout: Matrix, features: int, seed: int, dtype: torch.dtype) -> Tensor:
    """Enter the initial weights into a state."""
    weights, bias = initial(features, layout.shape[1], seed, dtype)
    state = layout.copy()
    state[:features], state[features] = weights.numpy().T, bias.numpy()
    return torch.from_numpy(state)


class _Span(NamedTuple):
    """What the samples span, as a basis of the state, and an epoch's map outside of it."""

    basis: Tensor
    outside: Tensor


def _span(bases: tuple[Tensor, Tensor] | None, recipe: Recipe, outputs: int, steps: int) -> _Span | None:
    """Lay out what the samples span as a basis of the state; None where it is all."""
    if bases is None:
        return None
    parts = [bases[0]] * (2 if recipe.momentum else 1)
    basis = torch.block_diag(*parts, torch.eye(outputs, dtype=torch.float64))
    return _Span(basis, matrix_power(_decay(recipe), steps))


def _decay(recipe: Recipe) -> Tensor:
    """Lay out a step where no sample points: weight decay alone, on (weights, buffer) or weights."""
    momentum, decay = recipe.momentum, recipe.weight_decay
    if not momentum:
        return torch.tensor([[1 - recipe.lr * decay]], dtype=torch.float64)
    buffer = [(1 - recipe.dampening) * decay, momentum]
    push = [decay + momentum * buffer[0], momentum * buffer[1]] if recipe.nesterov else buffer
    return torch.tensor([[1 - recipe.lr * push[0], -recipe.lr * push[1]], buffer], dtype=torch.float64)


def _after(epochs: int, state: Tensor, epoch: Tensor, spanned: _Span | None) -> Tensor:
    """Take some epochs at once.

    Where no sample points, the epoch's map has eigenvalues of 1, give or take rounding, which a high power would make
    anything of: its power is taken within the span alone.
    """
    if spanned is None:
        moved: Tensor = matrix_power(epoch, epochs) @ state
        return moved
    inside = spanned.basis.T @ state
    outside = state - spanned.basis @ inside
    moved = spanned.basis @ (matrix_power(spanned.basis.T @ epoch @ spanned.basis, epochs) @ inside)
    return moved + _faded(outside, matrix_power(spanned.outside, epochs))


def _faded(outside: Tensor, decay: Tensor) -> Tensor:
    """Decay the part of a state that lies outside of what the samples span."""
    height = len(outside) - outside.shape[1]  # its last rows are zero
    if len(decay) == 1:
        return outside * decay
    halves = outside[:height].view(2, -1)
    return torch.cat([(decay @ halves).view(height, -1), outside[height:]])


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
