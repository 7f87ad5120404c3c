"""Spectral: full batch by the eigenvectors of the Gram matrix, any number of epochs at the price of one pass over X."""

from importlib.util import find_spec
from math import log2
from typing import Any

import numpy as np
import torch
from numpy.linalg import matrix_power
from torch import Tensor

from lntx.host.limits import Limits
from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.matrices import laid_out
from lntx.training.linear.problem import Array, Problem
from lntx.training.linear.row_space import amplified, matters, span
from lntx.training.recipe import Recipe

WORK = "algebra"

_WIDEST = 8192  # features; eigenvectors cost the cube
_BLOCK = 2**16  # numbers of one product, in float64: they stay in a cache
_LEAST = 64  # samples of one product
_TRIANGULAR = 2**24  # samples x features squared from which a kernel for half of X'X pays for its call
_PLANES = 1024  # features up to which it is ahead: a block of more leaves the caches
_CALLS = 60  # of torch and NumPy in a training, besides those for each block and each map


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse mini-batches, and more features than eigenvectors can be had for."""
    if problem is None or recipe is None:
        return None
    if recipe.rows(problem.samples) != problem.samples:
        return "it knows full batch alone; use batch_size=None (--batch-size full), or the backend composed"
    if problem.features > _WIDEST:
        return f"the eigenvectors of {problem.features} features would take too long; use the backend fused"
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples."""
    batches, error = Batches(problem, recipe, device), amplified(problem, recipe)
    splits = matters(error, problem, recipe)
    triangular = _pays(problem, device)
    if triangular:
        _moments(batches.X[:1], batches.Y[:1], triangular=True)  # compiles

    def run() -> Fit:
        weights, bias = batches.start()
        theta = torch.cat([weights.T, bias[None]]).double()
        history = History(recipe)
        hessian, slope = _moments(batches.X, batches.Y, triangular=triangular)
        values, vectors, pull = _eigen(hessian, slope, span(hessian, error) if splits else None)
        maps = _Maps(values, pull, recipe)
        state = maps.state((vectors.T @ theta).cpu().numpy())
        for epochs in recipe.segments():
            state = maps.after(state, epochs)
            reached = (vectors @ torch.from_numpy(state[:, 0]).to(vectors)).to(weights.dtype)
            history.keep(epochs.stop, reached[:-1].T, reached[-1])
        return history.fit(reached[:-1].T, reached[-1])

    return run


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: one pass over X, the eigenvectors, and a small map for each of them squared."""
    width, dtype = problem.features + 1, recipe.dtype or problem.dtype
    squarings = sum(1.5 * log2(len(epochs) + 1) for epochs in recipe.segments())
    products = limits.multiply_s(2.0 * problem.samples * width * (width + problem.outputs), "float64")
    blocks = -(-problem.samples // _rows(width + problem.outputs))
    passing = max(products, limits.read_s(problem.nbytes(dtype))) + 4 * limits.call_s * blocks
    return passing + limits.eigen_s * width**3 + limits.call_s * (_CALLS + squarings * width / 20)


def _rows(columns: int) -> int:
    return max(_LEAST, _BLOCK // columns)


def _pays(problem: Problem, device: str) -> bool:
    """Return whether half of X'X, by a kernel, is to be had sooner than all of it by torch."""
    work = problem.samples * (problem.features + 1) ** 2
    return device == "cpu" and work > _TRIANGULAR and problem.features <= _PLANES and find_spec("numba") is not None


def _moments(X: Tensor, Y: Tensor, *, triangular: bool) -> tuple[Tensor, Tensor]:
    """Sum c x'x and c x'y over the samples, x with its 1 and c = 2 / (samples x outputs), in float64.

    Whatever the samples' dtype: an error of the Hessian's moves the solution by the condition of the data squared, where
    one of a step's gradient moves it by the condition, and makes curvature of what has none.
    """
    width, columns = X.shape[1], X.shape[1] + 1 + Y.shape[1]
    if triangular:
        from lntx.training.linear.kernels import grams  # noqa: PLC0415  (numba is optional)

        given = laid_out(X.numpy()), laid_out(Y.numpy())
        whole = torch.from_numpy(grams.moments(*given, torch.get_num_threads()))[: width + 1]
        return whole[:, : width + 1], whole[:, width + 1 :]
    rows = _rows(columns)
    joined = torch.ones(min(rows, len(X)), columns, dtype=torch.float64, device=X.device)
    total = torch.zeros(width + 1, columns, dtype=torch.float64, device=X.device)
    for x, y in zip(torch.split(X, rows), torch.split(Y, rows), strict=True):
        part = joined[: len(x)]
        part[:, :width], part[:, width + 1 :] = x, y
        total.addmm_(part[:, : width + 1].T, part)
    total *= 2 / Y.numel()
    return total[:, : width + 1], total[:, width + 1 :]


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
