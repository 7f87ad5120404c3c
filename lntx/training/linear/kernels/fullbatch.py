"""Full batch on all cores: one pass over X a step, each sample read once for its residual and for the gradient.

Each core sums its samples block by block, in the training's dtype within a block and in float64 across blocks: a long sum in
float32 would lose what the last samples add. The rows kernel takes X sample by sample and suits wide X; the columns kernel
takes X feature by feature, so that narrow X fills the vector units too. Both go four abreast: what the four share is
loaded once, and their sums don't wait for each other.
"""

from typing import Any

import numpy as np
from numba import njit, prange

from lntx.training.linear.kernels.rows import add
from lntx.training.linear.kernels.settings import OPTIONS
from lntx.training.linear.kernels.update import moved

BLOCK = 2048  # samples; their residuals, and a column's share of them, stay in the first cache


@njit(parallel=True, **OPTIONS)  # type: ignore[untyped-decorator]
def train_rows(
    weights: Any,
    bias: Any,
    velocity: Any,
    push: Any,
    X: Any,
    Y: Any,
    epochs: int,
    fresh: bool,
    constants: Any,
    cores: int,
    ahead: int,
) -> None:  # pragma: no cover
    """Take some steps; X is samples x features, each sample's features side by side.

    ahead is how many bytes ahead memory is asked for, 0 where X lies in a cache.
    """
    samples, outputs = Y.shape
    sums = np.empty((cores, outputs, weights.shape[1] + 1), np.float64)
    for _ in range(epochs):
        if cores == 1:  # waking threads for one part would take longer than a small part itself
            _sum_rows(sums[0], weights, bias, X, Y, 0, samples, ahead)
        else:
            for core in prange(cores):
                first, last = samples * core // cores, samples * (core + 1) // cores
                _sum_rows(sums[core], weights, bias, X, Y, first, last, ahead)
        step(weights, bias, velocity, push, sums, 2 / (samples * outputs), fresh, constants)
        fresh = False


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _sum_rows(
    sums: Any, weights: Any, bias: Any, X: Any, Y: Any, first: int, last: int, ahead: int
) -> None:  # pragma: no cover
    """Sum the gradient over a core's samples, block by block."""
    sums[:] = 0
    features = X.shape[1]
    slope = np.empty(features, X.dtype)
    for start in range(first, last, BLOCK):
        stop = min(start + BLOCK, last)
        for k in range(len(weights)):
            slope[:] = 0
            sums[k, features] += add(slope, weights[k], bias[k], X, Y, k, start, stop, ahead if k == 0 else 0)
            for j in range(features):
                sums[k, j] += slope[j]


@njit(parallel=True, **OPTIONS)  # type: ignore[untyped-decorator]
def train_columns(
    weights: Any,
    bias: Any,
    velocity: Any,
    push: Any,
    X: Any,
    Y: Any,
    epochs: int,
    fresh: bool,
    constants: Any,
    cores: int,
) -> None:  # pragma: no cover
    """Take some steps; X is features x samples and Y outputs x samples, each feature's samples side by side."""
    outputs, samples = Y.shape
    sums = np.empty((cores, outputs, weights.shape[1] + 1), np.float64)
    for _ in range(epochs):
        if cores == 1:
            _sum_columns(sums[0], weights, bias, X, Y, 0, samples)
        else:
            for core in prange(cores):
                first, last = samples * core // cores, samples * (core + 1) // cores
                _sum_columns(sums[core], weights, bias, X, Y, first, last)
        step(weights, bias, velocity, push, sums, 2 / (samples * outputs), fresh, constants)
        fresh = False


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _sum_columns(sums: Any, weights: Any, bias: Any, X: Any, Y: Any, first: int, last: int) -> None:  # pragma: no cover
    """Sum the gradient over a core's samples, block by block."""
    sums[:] = 0
    for start in range(first, last, BLOCK):
        for k in range(len(weights)):
            _add_columns(sums[k], weights[k], bias[k], X, Y[k], start, min(start + BLOCK, last))


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _add_columns(sums: Any, weight: Any, bias: Any, X: Any, Y: Any, start: int, stop: int) -> None:  # pragma: no cover
    """Add one output's gradient over a block of samples to its sums: features + 1, the last one of the bias."""
    features, size = len(X), stop - start
    fours, zero = features // 4 * 4, X.dtype.type(0)  # not 0, with which float32 would be summed in float64
    residual = np.empty(size, X.dtype)
    y = Y[start:stop]
    for i in range(size):
        residual[i] = bias - y[i]
    for j in range(0, fours, 4):
        x0, x1, x2, x3 = X[j, start:stop], X[j + 1, start:stop], X[j + 2, start:stop], X[j + 3, start:stop]
        w0, w1, w2, w3 = weight[j], weight[j + 1], weight[j + 2], weight[j + 3]
        for i in range(size):
            residual[i] += w0 * x0[i] + w1 * x1[i] + w2 * x2[i] + w3 * x3[i]
    for j in range(fours, features):
        x, w = X[j, start:stop], weight[j]
        for i in range(size):
            residual[i] += w * x[i]
    for j in range(0, fours, 4):
        x0, x1, x2, x3 = X[j, start:stop], X[j + 1, start:stop], X[j + 2, start:stop], X[j + 3, start:stop]
        t0, t1, t2, t3 = zero, zero, zero, zero
        for i in range(size):
            t0 += residual[i] * x0[i]
            t1 += residual[i] * x1[i]
            t2 += residual[i] * x2[i]
            t3 += residual[i] * x3[i]
        sums[j] += t0
        sums[j + 1] += t1
        sums[j + 2] += t2
        sums[j + 3] += t3
    for j in range(fours, features):
        x, total = X[j, start:stop], zero
        for i in range(size):
            total += residual[i] * x[i]
        sums[j] += total
    total = zero
    for i in range(size):
        total += residual[i]
    sums[features] += total


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def step(
    weights: Any, bias: Any, velocity: Any, push: Any, sums: Any, factor: float, fresh: bool, constants: Any
) -> None:  # pragma: no cover
    """Join the cores' sums, outputs x (features + 1) each, and move the weights."""
    cores, outputs, width = sums.shape
    gradient = np.empty((outputs, width), weights.dtype)
    for k in range(outputs):
        for j in range(width):
            total = 0.0
            for core in range(cores):
                total += sums[core, k, j]
            gradient[k, j] = total * factor
        for j in range(width - 1):
            weights[k, j], velocity[k, j] = moved(weights[k, j], gradient[k, j], velocity[k, j], fresh, constants)
        bias[k], push[k] = moved(bias[k], gradient[k, width - 1], push[k], fresh, constants)
