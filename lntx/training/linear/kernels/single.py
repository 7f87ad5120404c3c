"""Batch size 1 without momentum: one pass over a sample for its residual, one for the update, all in registers and cache."""

from typing import Any

from numba import njit

from lntx.training.linear.kernels.settings import OPTIONS


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def train(
    weights: Any, bias: Any, X: Any, Y: Any, order: Any, epochs: int, rate: Any, keep: Any
) -> None:  # pragma: no cover
    """Take the steps of some epochs: w <- keep w - rate r x, with rate = 2 lr / outputs and keep = 1 - lr decay.

    order has the samples' numbers, or none where they go in the order of the data.
    """
    samples, features = X.shape
    for _ in range(epochs):
        for i in range(samples):
            x, y = X[order[i] if order.size else i], Y[order[i] if order.size else i]
            for k in range(y.size):
                residual = bias[k] - y[k]
                for j in range(features):
                    residual += x[j] * weights[k, j]
                residual *= rate
                for j in range(features):
                    weights[k, j] = keep * weights[k, j] - residual * x[j]
                bias[k] = keep * bias[k] - residual
