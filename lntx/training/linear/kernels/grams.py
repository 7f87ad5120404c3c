"""Sums of products over all samples, in float64 and on all cores: X'X, X'Y and the sums of X, half of one matrix."""

from typing import Any

import numpy as np
from numba import njit, prange

from lntx.training.linear.kernels.products import add_gram, padded, room
from lntx.training.linear.kernels.settings import OPTIONS
from lntx.training.linear.matrices import Matrix
from lntx.training.linear.problem import Array

_CHUNK = 4096  # samples that are summed for themselves first: the longer a sum, the more its end loses


def sums(X: Array, Y: Array, cores: int) -> Matrix:
    """Sum z'z over the samples, z = (x, 1, y); square, as wide as z."""
    size = X.shape[1] + 1 + Y.shape[1]
    parts = np.zeros((cores, padded(size), padded(size)))
    _sum(parts, X, Y)
    total = parts.sum(axis=0)[:size, :size]
    upper = np.triu(total)
    return np.asarray(upper + np.triu(upper, 1).T)


@njit(parallel=True, **OPTIONS)  # type: ignore[untyped-decorator]
def _sum(parts: Any, X: Any, Y: Any) -> None:  # pragma: no cover
    """Let each core sum its share of the samples."""
    cores, samples = len(parts), len(X)
    for core in prange(cores):
        first, last = samples * core // cores, samples * (core + 1) // cores
        part, planes = np.empty(parts.shape[1:]), room(parts.shape[1])
        for start in range(first, last, _CHUNK):
            part[:] = 0
            add_gram(part, planes, X, Y, start, min(start + _CHUNK, last))
            parts[core] += part
