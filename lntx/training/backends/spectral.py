"""Spectral: full batch by the eigenvectors of the Gram matrix, any number of epochs at the price of one pass over X.

A full-batch step is the same map each time, theta <- theta - lr (H theta - g) with H = 2/m Z'Z and g = 2/m Z'Y. Along
an eigenvector of H, of curvature h and with the pull p of the targets, the coordinate a of theta moves by itself:

    a <- (1 - lr h) a + lr p                 with momentum, a map of (a, its buffer)
    a after E epochs                         the E-th power of that small map, by squaring

So one pass over X makes H and g, in float64 and by half of a product, as H is symmetric, d^3 finds the eigenvectors, and E
enters by its logarithm alone. Along directions that no sample spans, h is 0: weights stay there, but for their decay.
"""

from collections.abc import Callable
from importlib.util import find_spec
from math import log2

import torch
from torch import Tensor

from lntx.host.limits import Limits
from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.linear import spectrum
from lntx.training.linear.matrices import laid_out
from lntx.training.linear.problem import Problem
from lntx.training.linear.row_space import amplified, matters
from lntx.training.recipe import Recipe

WORK = "algebra"

_HALF = 2**24  # samples x features squared from which half of X'X, by a kernel, takes less time than all of it by torch
_PLANES = 1024  # features up to which it is: a block of more leaves the caches
_CALLS = 60  # of torch and NumPy in a training, besides those for each block and each map


def refuses(problem: Problem | None, recipe: Recipe | None, _device: str) -> str | None:
    """Refuse mini-batches, and more features than eigenvectors can be had for."""
    return None if problem is None or recipe is None else spectrum.refuses(problem, recipe)


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples."""
    batches, error = Batches(problem, recipe, device), amplified(problem, recipe)
    splits, sums = matters(error, problem, recipe), _sums(problem, device)
    sums(batches.X[:1], batches.Y[:1])  # compiles

    def run() -> Fit:
        start, total = batches.start(), sums(batches.X, batches.Y)
        return spectrum.trained(total, problem.samples, start, recipe, error if splits else None)

    return run


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: one pass over X, the eigenvectors, and a small map for each of them squared."""
    width, dtype = problem.features + 1, recipe.dtype or problem.dtype
    squarings = sum(1.5 * log2(len(epochs) + 1) for epochs in recipe.segments())
    products = limits.multiply_s(2.0 * problem.samples * width * (width + problem.outputs), "float64")
    if _by_half(problem, "cpu"):
        products *= 0.6  # half of them, and casting
    blocks = -(-problem.samples // spectrum.rows(width + problem.outputs))
    passing = max(products, limits.read_s(problem.nbytes(dtype))) + 4 * limits.call_s * blocks
    return passing + limits.eigen_s * width**3 + limits.call_s * (_CALLS + squarings * width / 20)


def _by_half(problem: Problem, device: str) -> bool:
    work = problem.samples * (problem.features + 1) ** 2
    return device == "cpu" and work > _HALF and problem.features <= _PLANES and find_spec("numba") is not None


def _sums(problem: Problem, device: str) -> Callable[[Tensor, Tensor], Tensor]:
    """Choose what sums x'x and x'y, as `spectrum.sums` does."""
    if not _by_half(problem, device):
        return spectrum.sums
    from lntx.training.linear.kernels import grams  # noqa: PLC0415  (numba is optional)

    def sums(X: Tensor, Y: Tensor) -> Tensor:
        given = laid_out(X.numpy()), laid_out(Y.numpy())
        return torch.from_numpy(grams.sums(*given, torch.get_num_threads()))[: X.shape[1] + 1]

    return sums
