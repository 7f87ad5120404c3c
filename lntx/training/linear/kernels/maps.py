"""An epoch of SGD as an affine map, in float64: (weights, bias, buffers, 1 for each output) to the same after the epoch.

A step is affine in the state, the same for every output but for its offset; the epoch's map is the product of its steps'.
Sample by sample, each step takes a rank-one update of the map, LANES columns at a time. Batch by batch, one symmetric product
for the batch's Gram matrix, and one of that with the map. The batches of an epoch are dealt out to the cores in order:
each composes its own, and the product of theirs is the epoch's.
"""

from typing import Any

import numpy as np
from numba import njit, prange

from lntx.training.linear.kernels.products import TWO, add_gram, mirror, multiply, padded, room
from lntx.training.linear.kernels.settings import OPTIONS
from lntx.training.linear.kernels.shares import CHAINS, resident_one, resident_three, resident_two, share
from lntx.training.linear.kernels.vectors import LANES
from lntx.training.linear.matrices import Matrix
from lntx.training.linear.problem import Array
from lntx.training.recipe import Recipe

LR, MOMENTUM, SHARE, NESTEROV, DECAY = range(5)
"""A recipe's numbers by their places in an array, which a call takes faster than a tuple."""


PARTS = 4
"""Maps of a small problem's epoch, each of a part of the samples."""
RESIDENT = 3
"""Features up to which maps stay in registers."""


def constants(recipe: Recipe) -> Matrix:
    """Take a recipe's numbers in float64."""
    return np.array(
        [recipe.lr, recipe.momentum, 1 - recipe.dampening, recipe.nesterov, recipe.weight_decay], dtype=np.float64
    )


def epoch(X: Array, Y: Array, rows: int, numbers: Matrix, *, cores: int, batched: bool, fresh: bool = False) -> Matrix:
    """Compose the map of an epoch; fresh for the first of all, whose first gradient enters the buffer undamped.

    Square, as wide as a state has rows. batched: by Gram matrices of the batches.
    """
    driven = (X.shape[1] + 1) * (2 if numbers[MOMENTUM] else 1)
    size = driven + Y.shape[1]
    side, cores = padded(size), min(cores, -(-len(X) // rows))
    parts = np.tile(np.eye(side), (cores, 1, 1))
    _deal(parts, driven, X, Y, rows, numbers, fresh, batched)
    whole = parts[0]
    for part in parts[1:]:
        whole = part @ whole
    return np.asarray(whole[:size, :size])


@njit(parallel=True, **OPTIONS)  # type: ignore[untyped-decorator]
def _deal(
    parts: Any, driven: int, X: Any, Y: Any, rows: int, numbers: Any, fresh: bool, batched: bool
) -> None:  # pragma: no cover
    """Let each core compose its share of the batches."""
    cores, samples = len(parts), len(X)
    batches = (samples + rows - 1) // rows
    for core in prange(cores):
        first, last = batches * core // cores * rows, min(batches * (core + 1) // cores * rows, samples)
        if batched:
            _by_batches(parts[core], driven, X, Y, rows, numbers, first, last, fresh and core == 0)
        else:
            by_samples(parts[core], driven, X, Y, rows, numbers, first, last, fresh and core == 0)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def by_samples(
    state: Any, driven: int, X: Any, Y: Any, rows: int, numbers: Any, first: int, last: int, fresh: bool
) -> None:  # pragma: no cover
    """Take the steps of samples first to last on the columns of a map, or of a state, in place, sample by sample.

    Its rows are those of a state, padded, and its columns a multiple of LANES. The columns from `driven` on, one for each output,
    have Y as their targets, all others zero.
    """
    features, outputs, stride = X.shape[1], Y.shape[1], state.shape[1]
    gradient, units = np.zeros((features + 1, LANES)), np.eye(LANES)
    for column in range(0, stride, LANES):
        output = column - driven  # of the first lane, maybe none
        begin = min(max(-output, 0), LANES)
        due, unit = min(max(outputs - output, 0), LANES) - begin, begin * LANES
        part = 1.0 if fresh else numbers[SHARE]
        for start in range(first, last, rows):
            stop = min(start + rows, last)
            factor = 2 / ((stop - start) * outputs)
            gradient[:] = 0
            for i in range(start, stop):
                x, y = i * features, i * outputs + output + begin
                share(gradient, 0, LANES, 1.0, state, column, stride, X, x, features, Y, y, due, units, unit, factor)
            _move(state, column, gradient, features + 1, part, numbers)
            part = numbers[SHARE]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def one_by_one(maps: Any, driven: int, X: Any, Y: Any, numbers: Any) -> None:  # pragma: no cover
    """Take the steps of batch size 1 without momentum, each of the maps (PARTS) those of its own share of the samples.

    A step of a map waits for the one before, and has no part in those of the others: so they take turns.
    """
    (samples, features), outputs = X.shape, Y.shape[1]
    stride, size = maps.shape[2], maps.shape[1] * maps.shape[2]
    units = np.eye(LANES)
    keep, factor = 1 - numbers[LR] * numbers[DECAY], -2 * numbers[LR] / outputs
    each = samples // PARTS if features <= RESIDENT else 0
    chains = CHAINS
    for column in range(0, stride, LANES):
        output = column - driven
        begin = min(max(-output, 0), LANES)
        due, u = min(max(outputs - output, 0), LANES) - begin, begin * LANES
        for part in range(0, PARTS, chains):
            at, x = part * size + column, part * each * features
            y = part * each * outputs + output + begin
            if features == 1:
                resident_one(maps, at, size, stride, X, x, Y, y, outputs, due, units, u, keep, factor, each)
            elif features == TWO:
                resident_two(maps, at, size, stride, X, x, Y, y, outputs, due, units, u, keep, factor, each)
            elif features == RESIDENT:
                resident_three(maps, at, size, stride, X, x, Y, y, outputs, due, units, u, keep, factor, each)
        at = (PARTS - 1) * size + column
        for i in range(PARTS * each, samples):
            x, y = i * features, i * outputs + output + begin
            share(maps, at, stride, keep, maps, at, stride, X, x, features, Y, y, due, units, u, factor)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _move(state: Any, column: int, gradient: Any, width: int, part: float, numbers: Any) -> None:  # pragma: no cover
    """Move some columns of a state along their gradients, one step; part is of the gradient, in the buffer."""
    columns, lr, momentum, decay = gradient.shape[1], numbers[LR], numbers[MOMENTUM], numbers[DECAY]
    nesterov = numbers[NESTEROV] != 0
    for j in range(width):
        if momentum == 0:
            for lane in range(columns):
                state[j, column + lane] -= lr * (gradient[j, lane] + decay * state[j, column + lane])
            continue
        for lane in range(columns):
            push = gradient[j, lane] + decay * state[j, column + lane]
            kept = momentum * state[width + j, column + lane] + part * push
            state[width + j, column + lane] = kept
            state[j, column + lane] -= lr * (push + momentum * kept if nesterov else kept)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _by_batches(
    state: Any, driven: int, X: Any, Y: Any, rows: int, numbers: Any, first: int, last: int, fresh: bool
) -> None:  # pragma: no cover
    """Take the steps on all columns, batch by batch."""
    outputs, width, columns = Y.shape[1], X.shape[1] + 1, state.shape[1]
    side = padded(width + outputs)
    planes, gram = room(side), np.empty((side, side))
    gradient = np.empty((padded(width), columns))
    part = 1.0 if fresh else numbers[SHARE]
    for start in range(first, last, rows):
        stop = min(start + rows, last)
        gram[:] = 0
        add_gram(gram, planes, X, Y, start, stop)
        gram *= 2 / ((stop - start) * outputs)
        mirror(gram)
        multiply(gradient, gram, side, 1, state, len(gradient), width, columns)
        for j in range(width):
            for output in range(outputs):
                gradient[j, driven + output] -= gram[j, width + output]  # times the rows that stay an identity
        _move(state, 0, gradient, width, part, numbers)
        part = numbers[SHARE]
