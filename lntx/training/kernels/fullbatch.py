"""Full batch on all cores: one pass over X a step, each sample read once for its residual and for the gradient.

Each core sums its samples block by block, in the training's dtype within a block and in float64 across blocks: a long sum in
float32 would lose what the last samples add. The rows kernel goes sample by sample and suits wide X; the columns kernel
takes X feature by feature, so that narrow X fills the vector units too.
"""

from typing import Any

import numpy as np
from numba import njit, prange

from lntx.training.kernels.minibatch import add
from lntx.training.kernels.settings import OPTIONS
from lntx.training.kernels.update import moved

BLOCK = 1024  # samples; their residuals, and a column's share of them, stay in the first cache


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
) -> None:  # pragma: no cover
    """Take some steps; X is samples x features, each sample's features side by side."""
    samples, outputs = Y.shape
    features = weights.shape[1]
    sums = np.empty((cores, outputs, features + 1), np.float64)
    for _ in range(epochs):
        for core in prange(cores):
            slope, offset = np.empty_like(weights), np.empty_like(bias)
            sums[core] = 0
            first, last = samples * core // cores, samples * (core + 1) // cores
            for start in range(first, last, BLOCK):
                slope[:] = 0
                offset[:] = 0
                for i in range(start, min(start + BLOCK, last)):
                    add(slope, offset, weights, bias, X[i], Y[i])
                sums[core, :, :features] += slope
                sums[core, :, features] += offset
        step(weights, bias, velocity, push, sums, 2 / (samples * outputs), fresh, constants)
        fresh = False


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
    features = weights.shape[1]
    sums = np.empty((cores, outputs, features + 1), np.float64)
    for _ in range(epochs):
        for core in prange(cores):
            residual = np.empty(BLOCK, X.dtype)
            sums[core] = 0
            first, last = samples * core // cores, samples * (core + 1) // cores
            for start in range(first, last, BLOCK):
                size = min(BLOCK, last - start)
                for k in range(outputs):
                    y = Y[k, start : start + size]
                    for i in range(size):
                        residual[i] = bias[k] - y[i]
                    for j in range(features):
                        x, weight = X[j, start : start + size], weights[k, j]
                        for i in range(size):
                            residual[i] += weight * x[i]
                    for j in range(features):
                        x, total = X[j, start : start + size], bias[k] * 0
                        for i in range(size):
                            total += residual[i] * x[i]
                        sums[core, k, j] += total
                    total = bias[k] * 0
                    for i in range(size):
                        total += residual[i]
                    sums[core, k, features] += total
        step(weights, bias, velocity, push, sums, 2 / (samples * outputs), fresh, constants)
        fresh = False


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
