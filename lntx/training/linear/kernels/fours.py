"""Batch size 1 in any order, four steps at a time: their residuals from the weights before them, corrected by their products.

With keep = 1 - lr decay, rate = 2 lr / outputs and all from the weights before the four, the second step's residual is
keep x_1 w - y_1 - rate (x_0 x_1) r_0, and so on: the same steps, associated anew. The residuals needn't wait for each other's
weights, which are loaded and stored once. What rounding the corrections add stays small while rate |x|^2 <= 2 (`longest`).
"""

from typing import Any

from numba import njit

from lntx.training.linear.kernels.settings import OPTIONS


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def longest(X: Any) -> float:  # pragma: no cover
    """Find the largest |x|^2 of all samples, their 1 for the bias included; not a number where one holds none."""
    most = 1.0
    for i in range(len(X)):
        x, length = X[i], 1.0
        for j in range(x.size):
            length += x[j] * x[j]
        if not length <= most:
            most = length
    return most


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def train(
    weights: Any, bias: Any, X: Any, Y: Any, order: Any, epochs: int, rate: Any, keep: Any
) -> None:  # pragma: no cover
    """Take the steps of some epochs for one output; order has the samples' numbers, or none for the order of the data."""
    samples, features = X.shape
    whole, zero, w = samples // 4 * 4, X.dtype.type(0), weights[0]
    later = (rate, rate * keep, rate * keep * keep, rate * keep * keep * keep)  # what a residual moves, some steps on
    keep2, keep3, keep4 = keep * keep, keep * keep * keep, keep * keep * keep * keep
    for _ in range(epochs):
        for i in range(0, whole, 4):
            a, b, c, d = i, i + 1, i + 2, i + 3
            if order.size:
                a, b, c, d = order[i], order[i + 1], order[i + 2], order[i + 3]
            x0, x1, x2, x3 = X[a], X[b], X[c], X[d]
            r0, r1, r2, r3 = bias[0], bias[0], bias[0], bias[0]
            g01, g02, g12, g03, g13, g23 = zero, zero, zero, zero, zero, zero
            for j in range(features):
                g01 += x0[j] * x1[j]
                g02 += x0[j] * x2[j]
                g12 += x1[j] * x2[j]
                g03 += x0[j] * x3[j]
                g13 += x1[j] * x3[j]
                g23 += x2[j] * x3[j]
            for j in range(features):
                r0 += x0[j] * w[j]
                r1 += x1[j] * w[j]
                r2 += x2[j] * w[j]
                r3 += x3[j] * w[j]
            g01, g12, g23 = (g01 + 1) * later[0], (g12 + 1) * later[0], (g23 + 1) * later[0]
            g02, g13, g03 = (g02 + 1) * later[1], (g13 + 1) * later[1], (g03 + 1) * later[2]
            r0 -= Y[a, 0]
            r1 = keep * r1 - Y[b, 0] - g01 * r0
            r2 = keep2 * r2 - Y[c, 0] - g02 * r0 - g12 * r1
            r3 = keep3 * r3 - Y[d, 0] - g03 * r0 - g13 * r1 - g23 * r2
            r0, r1, r2, r3 = r0 * later[3], r1 * later[2], r2 * later[1], r3 * later[0]
            for j in range(features):
                w[j] = keep4 * w[j] - ((r0 * x0[j] + r1 * x1[j]) + (r2 * x2[j] + r3 * x3[j]))
            bias[0] = keep4 * bias[0] - ((r0 + r1) + (r2 + r3))
        for i in range(whole, samples):
            at = order[i] if order.size else i
            x, residual = X[at], bias[0] - Y[at, 0]
            for j in range(features):
                residual += x[j] * w[j]
            residual *= rate
            for j in range(features):
                w[j] = keep * w[j] - residual * x[j]
            bias[0] = keep * bias[0] - residual
