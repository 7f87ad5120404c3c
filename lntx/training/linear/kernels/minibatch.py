"""Any batch size, one core: a batch's gradient sample by sample while it lies in cache, then the update."""

from typing import Any

import numpy as np
from numba import njit

from lntx.training.linear.kernels.rows import add
from lntx.training.linear.kernels.settings import OPTIONS
from lntx.training.linear.kernels.update import moved

FOURS = 32  # samples of a batch from which going four abreast pays for the call


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def train(
    weights: Any,
    bias: Any,
    velocity: Any,
    push: Any,
    X: Any,
    Y: Any,
    order: Any,
    epochs: int,
    rows: int,
    fresh: bool,
    constants: Any,
    ahead: int,
) -> None:  # pragma: no cover
    """Take the steps of some epochs; order has the samples' numbers, or none where they go in the order of the data."""
    samples, outputs = Y.shape
    slope, offset, scale = np.zeros_like(weights), np.zeros_like(bias), np.zeros_like(bias)
    for _ in range(epochs):
        for start in range(0, samples, rows):
            stop = min(start + rows, samples)
            slope[:] = 0
            offset[:] = 0
            if order.size == 0 and rows >= FOURS:
                for k in range(outputs):
                    offset[k] = add(slope[k], weights[k], bias[k], X, Y, k, start, stop, ahead if k == 0 else 0)
            else:
                for i in range(start, stop):
                    at = order[i] if order.size else i
                    _add_one(slope, offset, weights, bias, X[at], Y[at])
            scale[0] = 2 / ((stop - start) * outputs)
            factor = scale[0]  # rounded to the training's dtype
            for k in range(outputs):
                for j in range(weights.shape[1]):
                    weights[k, j], velocity[k, j] = moved(
                        weights[k, j], slope[k, j] * factor, velocity[k, j], fresh, constants
                    )
                bias[k], push[k] = moved(bias[k], offset[k] * factor, push[k], fresh, constants)
            fresh = False


@njit(inline="always", **OPTIONS)  # type: ignore[untyped-decorator]
def _add_one(slope: Any, offset: Any, weights: Any, bias: Any, x: Any, y: Any) -> None:  # pragma: no cover
    """Add a sample's share, residual times input, to the gradient."""
    for k in range(y.size):
        residual = bias[k] - y[k]
        for j in range(x.size):
            residual += x[j] * weights[k, j]
        for j in range(x.size):
            slope[k, j] += residual * x[j]
        offset[k] += residual
