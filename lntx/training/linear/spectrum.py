"""Full batch along the eigenvectors of the Gram matrix: its sums, its eigenvectors, and a step along each as a map.

Any number of epochs is a power of small maps. It serves the backends that take the Gram matrix from one pass over X, wherever
X lies.
"""

from typing import Any

import numpy as np
import torch
from numpy.linalg import matrix_power
from torch import Tensor

from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.problem import Array, Problem
from lntx.training.linear.row_space import span
from lntx.training.recipe import Recipe

_WIDEST = 8192  # features; eigenvectors cost the cube
_BLOCK = 2**16  # numbers of one product, in float64: they stay in a cache
_LEAST = 64  # samples of one product


def refuses(problem: Problem, recipe: Recipe) -> str | None:
    """Refuse mini-batches, and more features than eigenvectors can be had for."""
    if recipe.rows(problem.samples) != problem.samples:
        return "it knows full batch alone; use batch_size=None (--batch-size full), or the backend composed"
    if problem.features > _WIDEST:
        return f"the eigenvectors of {problem.features} features would take too long; use the backend fused"
    return None


def rows(columns: int) -> int:
    """Return the samples of one product that is so many columns wide."""
    return max(_LEAST, _BLOCK // columns)


def sums(X: Tensor, Y: Tensor) -> Tensor:
    """Sum x'x and x'y over the samples, x with its 1, in float64: (features + 1) x (features + 1 + outputs).

    Whatever the samples' dtype: an error of the Hessian's moves the solution by the condition of the data squared, where
    one of a step's gradient moves it by the condition, and makes curvature of what has none.
    """
    total = torch.zeros(X.shape[1] + 1, X.shape[1] + 1 + Y.shape[1], dtype=torch.float64, device=X.device)
    add(total, X, Y)
    return total


def add(total: Tensor, X: Tensor, Y: Tensor) -> None:
    """Add to such sums, in place, those of more samples."""
    width, columns = X.shape[1], total.shape[1]
    step = rows(columns)
    joined = torch.ones(min(step, len(X)), columns, dtype=torch.float64, device=X.device)
    for x, y in zip(torch.split(X, step), torch.split(Y, step), strict=True):
        part = joined[: len(x)]
        part[:, :width], part[:, width + 1 :] = x, y
        total.addmm_(part[:, : width + 1].T, part)


def trained(total: Tensor, samples: int, start: tuple[Tensor, Tensor], recipe: Recipe, error: float | None) -> Fit:
    """Take all epochs from a start (weights, bias), given the sums over all samples, which are used up.

    error is what rounding may amount to where no sample points (`row_space.amplified`), None where it doesn't matter.
    """
    weights, bias = start
    outputs = len(bias)
    total *= 2 / (samples * outputs)
    hessian, slope = total[:, :-outputs], total[:, -outputs:]
    theta = torch.cat([weights.T, bias[None]]).double()
    history = History(recipe)
    values, vectors, pull = _eigen(hessian, slope, None if error is None else span(hessian, error))
    maps = _Maps(values, pull, recipe)
    state = maps.state((vectors.T @ theta).cpu().numpy())
    for epochs in recipe.segments():
        state = maps.after(state, epochs)
        reached = (vectors @ torch.from_numpy(state[:, 0]).to(vectors)).to(weights.dtype)
        history.keep(epochs.stop, reached[:-1].T, reached[-1])
    return history.fit(reached[:-1].T, reached[-1])


def _eigen(hessian: Tensor, slope: Tensor, bases: tuple[Tensor, Tensor] | None) -> tuple[Array, Tensor, Array]:
    """Find the Hessian's eigenvalues and eigenvectors, and what pulls along each: zero outside of what samples span.

    There the weights stay, but for their decay. In torch, like all products here: NumPy's BLAS has threads of its own, and
    two pools fight for the same cores.
    """
    if bases is None:
        values, vectors = torch.linalg.eigh(hessian)
        return values.clamp(min=0).cpu().numpy(), vectors, (vectors.T @ slope).cpu().numpy()
    spanned, idle = bases
    values, within = torch.linalg.eigh(spanned.T @ hessian @ spanned)
    vectors = spanned @ within
    zeros = slope.new_zeros(idle.shape[1], slope.shape[1])
    values, pull = torch.cat([values.clamp(min=0), zeros[:, 0]]), torch.cat([vectors.T @ slope, zeros])
    return values.cpu().numpy(), torch.cat([vectors, idle], dim=1), pull.cpu().numpy()


class _Maps:
    """A step along each eigenvector: an affine map of (coordinate, buffer), with one column for each output."""

    def __init__(self, values: Array, pull: Array, recipe: Recipe) -> None:
        self.recipe = recipe
        self.size, self.outputs = pull.shape
        self.steps, self.first = self._maps(values, pull, 1 - recipe.dampening), self._maps(values, pull, 1.0)

    def _maps(self, values: Array, pull: Array, share: float) -> Array:
        """Lay the maps out: eigenvectors x (2 + outputs) x (2 + outputs), acting on (coordinate, buffer, 1...)."""
        recipe = self.recipe
        gradient = np.zeros((self.size, 2 + self.outputs))  # of the coordinate, from (coordinate, buffer, 1...)
        gradient[:, 0] = values + recipe.weight_decay
        gradient[:, 2:] = -pull
        buffer = share * gradient
        buffer[:, 1] += recipe.momentum
        push = buffer if recipe.momentum else gradient
        if recipe.nesterov:
            push = gradient + recipe.momentum * buffer
        maps = np.tile(np.eye(2 + self.outputs), (self.size, 1, 1))
        maps[:, 0] -= recipe.lr * push
        maps[:, 1] = buffer
        return maps

    def state(self, coordinates: Array) -> Array:
        """Begin with the coordinates (eigenvectors x outputs) and empty buffers."""
        state = np.zeros((self.size, 2 + self.outputs, self.outputs))
        state[:, 0] = coordinates
        state[:, 2:] = np.eye(self.outputs)
        return state

    def after(self, state: Array, epochs: range) -> Array:
        """Take the steps of some epochs at once."""
        fresh = epochs.start == 0
        if fresh:
            state = self.first @ state
        moved: Any = matrix_power(self.steps, len(epochs) - fresh) @ state
        return np.asarray(moved)
