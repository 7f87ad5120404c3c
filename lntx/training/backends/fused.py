"""Fused kernels: the whole training in compiled loops (numba), each sample read once a step.

    r = x W' + b - y; W <- W - c r' x; b <- b - c r          in one pass, x in the cache between its two uses

One call does all epochs: no Python, no operator and no array in between. Narrow data are laid out feature by feature,
so that samples fill the vector units; of wide data four features go abreast, and memory is asked for ahead of its use.
Full batches sum in float64 across blocks.

At batch size 1 the steps of a block are associated anew: each is taken, from the weights before the block and corrected by the
samples' own products (`kernels.blocks`, or `kernels.fours` where laying that out doesn't pay); the weights are known at a
block's end. Where a block would make rounding grow, the steps are taken one by one.
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

_Train = Callable[[range], None]
_Begin = Callable[[list[Array]], _Train]  # from weights, bias and their buffers, which are changed in place

_NARROW = 24  # features up to which samples side by side fill the vector units better than features do
_CACHED = 2**23  # bytes of X up to which it stays in caches, and asking for it ahead costs more than it brings
_SMALL = 60_000  # numbers in X below which a second core costs more to wake than it saves

_LAID_OUT = 2**22  # bytes of blocks up to which they are read from a cache
_LAYOUT = 800.0  # FLOPs for each feature of a sample, as many as a matrix product does in that time
_BLOCK = 16  # samples from which a block that isn't full takes less than its samples one by one
_PAYS = 40  # epochs from which the layout of blocks does, and one more for each feature
_WIDE = 100  # features from which four steps at a time take as long as four
_GROWTH = 4.0  # times that a block may lengthen its samples, and the rounding of their residuals
_STABLE = 2.0  # rate |x|^2 up to which steps don't make rounding grow
_MOMENTUM = 2**-10  # below, a buffer that stands for the first step's lack of dampening would be too large


def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Refuse where numba is missing."""
    return None if find_spec("numba") else "it needs numba, which is not installed; pip install numba"


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:  # noqa: ARG001  (there is one device)
    """Lay out and compile; compiled kernels are kept in numba's cache for later processes."""
    X, Y = problem.cast(recipe.dtype)
    begin = _kernel(problem, X, Y, recipe)
    dtype = getattr(torch, X.dtype.name)

    def run(recipe: Recipe) -> Fit:
        start = initial(problem.features, problem.outputs, recipe.seed, dtype)
        train = begin([tensor.numpy() for tensor in (*start, *map(torch.zeros_like, start))])
        history = History(recipe)
        for epochs in recipe.segments():
            train(epochs)
            history.keep(epochs.stop, *start)
        return history.fit(*start)

    run(recipe.but(epochs=1, log_every=0))
    return lambda: run(recipe)


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: loops do half of a matrix product's FLOP/s on each core; steps wait for each other, or are laid out by blocks."""
    samples, rows, dtype = problem.samples, recipe.rows(problem.samples), recipe.dtype or problem.dtype
    step = limits.threads * limits.multiply_s(2 * flops(rows, problem.features, problem.outputs), dtype)
    if _pays(problem, recipe):
        layout = limits.threads * limits.multiply_s(_LAYOUT * (problem.features + 1), "float64")
        return recipe.steps(samples) * step * (2 if recipe.momentum else 1) + samples * layout
    if rows < samples:
        return recipe.steps(samples) * (step + depth(rows, problem.features) * limits.chain_s)
    cores = limits.threads if problem.X.size >= _SMALL else 1
    waking = limits.fork_s if cores > 1 else 0.0
    return recipe.epochs * (max(step / cores, limits.read_s(problem.nbytes(dtype))) + waking + limits.call_s / 4)


def _kernel(problem: Problem, X: Array, Y: Array, recipe: Recipe) -> _Begin:
    """Choose the kernel for a problem, as it was cast, and a recipe, with all that it takes besides the state."""
    from lntx.training.linear.kernels import fullbatch, minibatch, settings  # noqa: PLC0415  (numba is optional)
    from lntx.training.linear.kernels.rows import AHEAD  # noqa: PLC0415

    samples, rows = len(X), recipe.rows(len(X))
    ahead = AHEAD if X.nbytes > _CACHED else 0
    numbers = settings.constants(recipe, X.dtype)
    if rows == samples:
        cores = torch.get_num_threads() if X.size >= _SMALL else 1
        if problem.features <= _NARROW and not problem.mapped:  # which may be too large for a copy
            columns = laid_out(X.T)
            return lambda state: (
                lambda epochs: fullbatch.train_columns(
                    *state, columns, laid_out(Y.T), len(epochs), epochs.start == 0, numbers, cores
                )
            )
        data = laid_out(X), laid_out(Y)
        return lambda state: (
            lambda epochs: fullbatch.train_rows(*state, *data, len(epochs), epochs.start == 0, numbers, cores, ahead)
        )
    data = laid_out(X), laid_out(Y)
    if rows == 1 and not recipe.momentum:
        plain = _one_by_one(*data, recipe)
    else:
        plain = _in_order(
            recipe,
            samples,
            lambda state, first, order, epochs: minibatch.train(
                *state, *data, order, epochs, rows, first == 0, numbers, ahead
            ),
        )
    return _by_blocks(*data, recipe, plain) if _pays(problem, recipe) else plain


def _pays(problem: Problem, recipe: Recipe) -> bool:
    """Whether steps are taken by blocks: they must be few enough to be laid out, and come often enough; and it must be exact."""
    samples, features, dtype = problem.samples, problem.features, recipe.dtype or problem.dtype
    numbers = 2 * samples * (features + 1) * (2 if recipe.momentum else 1)
    size = numbers * np.dtype(_precision(recipe, dtype)).itemsize
    often = recipe.epochs >= _PAYS + features and samples >= _BLOCK and size <= _LAID_OUT
    exact = not recipe.momentum or (dtype == "float32" and (not recipe.dampening or recipe.momentum >= _MOMENTUM))
    return recipe.rows(samples) == 1 and not recipe.shuffle and often and exact


def _precision(recipe: Recipe, dtype: str) -> str:
    """Return the dtype in which blocks are taken."""
    return "float64" if recipe.momentum else dtype


def _by_blocks(X: Array, Y: Array, recipe: Recipe, plain: _Begin) -> _Begin:
    """Take the steps by blocks, or, where these lengthen their samples, as they are."""
    from lntx.training.linear.kernels import blocks  # noqa: PLC0415  (numba is optional)

    powers, momentum = blocks.powers(recipe, Y.shape[1]), recipe.momentum != 0
    dtype = np.dtype(_precision(recipe, X.dtype.name))

    def begin(state: list[Array]) -> _Train:
        laid, growth = blocks.lay_out(X, Y, powers, momentum, dtype)
        if not growth <= _GROWTH:
            return plain(state)
        held = blocks.State.of(state, X[0], Y[0], recipe, dtype)

        def train(epochs: range) -> None:
            blocks.train(held.numbers, *laid, len(epochs), momentum)
            held.give()

        return train

    return begin


def _one_by_one(X: Array, Y: Array, recipe: Recipe) -> _Begin:
    """Take steps of one sample without momentum, four at a time where that pays and is stable."""
    from lntx.training.linear.kernels import fours, single  # noqa: PLC0415  (numba is optional)

    kind, samples, outputs = X.dtype.type, *Y.shape
    rate, keep = kind(recipe.lr * 2 / outputs), kind(1 - recipe.lr * recipe.weight_decay)
    far = recipe.shuffle and X.nbytes > _CACHED  # four samples from anywhere in memory arrive no sooner than one
    suits = outputs == 1 and X.shape[1] <= _WIDE and not far

    def begin(state: list[Array]) -> _Train:
        four = suits and float(rate) * fours.longest(X) <= _STABLE
        train = fours.train if four else single.train
        order = _in_order(
            recipe, samples, lambda state, _, order, epochs: train(*state[:2], X, Y, order, epochs, rate, keep)
        )
        return order(state)

    return begin


def _in_order(recipe: Recipe, samples: int, kernel: Callable[[list[Array], int, Any, int], None]) -> _Begin:
    """Call a kernel once for many epochs where the order stays, else once an epoch."""
    nothing = np.empty(0, np.int64)

    def begin(state: list[Array]) -> _Train:
        def train(epochs: range) -> None:
            if recipe.order(0, samples) is None:
                kernel(state, epochs.start, nothing, len(epochs))
                return
            for epoch in epochs:
                kernel(state, epoch, recipe.order(epoch, samples), 1)

        return train

    return begin
