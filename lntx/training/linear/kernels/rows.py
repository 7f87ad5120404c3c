"""The gradient over samples that lie one behind the other, four at a time: what full batches and mini-batches share."""

from typing import Any

from numba import njit

from lntx.training.linear.kernels.prefetch import LINE, prefetch
from lntx.training.linear.kernels.settings import OPTIONS

AHEAD = 16_384  # bytes that are asked for before they are needed: what arrives while memory takes to answer


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def add(
    slope: Any, weight: Any, bias: Any, X: Any, Y: Any, k: int, start: int, stop: int, ahead: int
) -> Any:  # pragma: no cover
    """Add the gradient of the k-th output over samples start to stop to its slope, and give that of its bias.

    ahead is how many bytes ahead memory is asked for, 0 where X lies in a cache.
    """
    features, offset = X.shape[1], X.dtype.type(0)
    flat = X.reshape(X.size)
    whole = start + (stop - start) // 4 * 4
    for i in range(start, whole, 4):
        at = i * features + ahead // X.itemsize
        if ahead > 0:
            for line in range(at, at + 2 * features, LINE // X.itemsize):
                prefetch(flat, line)
        x0, x1, x2, x3 = X[i], X[i + 1], X[i + 2], X[i + 3]
        r0, r1, r2, r3 = bias - Y[i, k], bias - Y[i + 1, k], bias - Y[i + 2, k], bias - Y[i + 3, k]
        for j in range(features):
            r0 += x0[j] * weight[j]
            r1 += x1[j] * weight[j]
            r2 += x2[j] * weight[j]
            r3 += x3[j] * weight[j]
        if ahead > 0:
            for line in range(at + 2 * features, at + 4 * features, LINE // X.itemsize):
                prefetch(flat, line)
        for j in range(features):
            slope[j] += r0 * x0[j] + r1 * x1[j] + r2 * x2[j] + r3 * x3[j]
        offset += r0 + r1 + r2 + r3
    for i in range(whole, stop):
        x, residual = X[i], bias - Y[i, k]
        for j in range(features):
            residual += x[j] * weight[j]
        for j in range(features):
            slope[j] += residual * x[j]
        offset += residual
    return offset
