"""Fused kernels: the whole training in compiled loops (numba), each sample read once a step.

    r = x W' + b - y; W <- W - c r' x; b <- b - c r          in one pass, x in the cache between its two uses

One call does all epochs: no Python, no operator and no array in between. Narrow data are laid out feature by feature,
so that samples fill the vector units; of wide data four features go abreast, and memory is asked for ahead of its use.
Full batches sum in float64 across blocks.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch

from lntx.host.limits import Limits, depth, flops
from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.matrices import laid_out
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Array, Problem
from lntx.training.recipe import Recipe

WORK = "steps"
DEVICES = ("cpu",)

_Train = Callable[[list[Array], range], None]

_NARROW = 24  # features up to which samples side by side fill the vector units better than features do
_CACHED = 2**23  # bytes of X up to which it stays in caches, and asking for it ahead costs more than it brings
_SMALL = 60_000  # numbers in X below which a second core costs more to wake than it saves


def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Refuse where numba is missing."""
    return None if find_spec("numba") else "it needs numba, which is not installed; pip install numba"


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:  # noqa: ARG001  (there is one device)
    """Lay out and compile; compiled kernels are kept in numba's cache for later processes."""
    X, Y = problem.cast(recipe.dtype)
    train = _kernel(problem, X, Y, recipe)
    dtype = getattr(torch, X.dtype.name)

    def run(recipe: Recipe) -> Fit:
        start = initial(problem.features, problem.outputs, recipe.seed, dtype)
        state = [tensor.numpy() for tensor in (*start, *map(torch.zeros_like, start))]
        history = History(recipe)
        for epochs in recipe.segments():
            train(state, epochs)
            history.keep(epochs.stop, *start)
        return history.fit(*start)

    run(recipe.but(epochs=1, log_every=0))
    return lambda: run(recipe)


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: loops do half of a matrix product's FLOP/s on each core, and steps wait for each other."""
    samples, rows, dtype = problem.samples, recipe.rows(problem.samples), recipe.dtype or problem.dtype
    step = limits.threads * limits.multiply_s(2 * flops(rows, problem.features, problem.outputs), dtype)
    if rows < samples:
        return recipe.steps(samples) * (step + depth(rows, problem.features) * limits.chain_s)
    cores = limits.threads if problem.X.size >= _SMALL else 1
    waking = limits.fork_s if cores > 1 else 0.0
    return recipe.epochs * (max(step / cores, limits.read_s(problem.nbytes(dtype))) + waking + limits.call_s / 4)


def _kernel(problem: Problem, X: Array, Y: Array, recipe: Recipe) -> _Train:
    """Choose the kernel for a problem, as it was cast, and a recipe, with all that it takes besides the state."""
    from lntx.training.linear.kernels import fullbatch, minibatch, settings, single  # noqa: PLC0415  (numba is optional)
    from lntx.training.linear.kernels.rows import AHEAD  # noqa: PLC0415

    samples, rows = len(X), recipe.rows(len(X))
    ahead = AHEAD if X.nbytes > _CACHED else 0
    numbers = settings.constants(recipe, X.dtype)
    if rows == samples:
        cores = torch.get_num_threads() if X.size >= _SMALL else 1
        if problem.features <= _NARROW and not problem.mapped:  # which may be too large for a copy
            columns = laid_out(X.T)
            return lambda state, epochs: fullbatch.train_columns(
                *state, columns, laid_out(Y.T), len(epochs), epochs.start == 0, numbers, cores
            )
        data = [laid_out(array) for array in (X, Y)]
        return lambda state, epochs: fullbatch.train_rows(
            *state, *data, len(epochs), epochs.start == 0, numbers, cores, ahead
        )
    data = [laid_out(array) for array in (X, Y)]
    if rows == 1 and not recipe.momentum:
        kind = X.dtype.type
        rate, keep = kind(recipe.lr * 2 / Y.shape[1]), kind(1 - recipe.lr * recipe.weight_decay)
        return _in_order(
            recipe, samples, lambda state, _, order, epochs: single.train(*state[:2], *data, order, epochs, rate, keep)
        )
    return _in_order(
        recipe,
        samples,
        lambda state, first, order, epochs: minibatch.train(
            *state, *data, order, epochs, rows, first == 0, numbers, ahead
        ),
    )


def _in_order(recipe: Recipe, samples: int, kernel: Callable[[list[Array], int, Any, int], None]) -> _Train:
    """Call a kernel once for many epochs where the order stays, else once an epoch."""
    nothing = np.empty(0, np.int64)

    def train(state: list[Array], epochs: range) -> None:
        if recipe.order(0, samples) is None:
            kernel(state, epochs.start, nothing, len(epochs))
            return
        for epoch in epochs:
            kernel(state, epoch, recipe.order(epoch, samples), 1)

    return train
