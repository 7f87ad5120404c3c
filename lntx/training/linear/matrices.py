"""Matrices in float64: their sizes, and roughly what it takes to work with them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

ROUNDOFF = {"float32": 2.0**-24, "float64": 2.0**-53}
"""Unit roundoff u: half the distance from 1 to the next number."""

_SOLVED = 256  # rows up to which singular values are computed


def seconds_of(steps: float, flops: float) -> float:
    """Guess roughly what a NumPy loop takes; it decides between two ways to the same result, never the result."""
    return steps * 1.2e-5 + flops / 2e9


def laid_out(array: Any, dtype: Any = None) -> NDArray[Any]:
    """Lay an array out row by row for a compiled kernel, without a copy where it lies so already; read-only.

    Some come from a problem that is lent, which can't be written to, and some are copies, which could: numba compiles a kernel
    for seconds, and would do it once for each of the two.
    """
    view = np.ascontiguousarray(array, dtype).view()
    view.flags.writeable = False
    return view


def length(matrix: Matrix) -> float:
    """2-norm of a matrix; where it is large, an upper bound of it by its rows' and columns' sums."""
    if not np.isfinite(matrix).all():
        return np.inf
    if max(matrix.shape) <= _SOLVED:
        return float(np.linalg.norm(matrix, 2))
    sums = np.abs(matrix)
    return float(np.sqrt(sums.sum(axis=0).max() * sums.sum(axis=1).max()))


def norms(theta: Any) -> NDArray[np.float64]:
    """Euclidean norm of each column of theta, of weights and bias of each output; also where squares would overflow."""
    largest = np.max(np.abs(theta), axis=0)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    return np.asarray(scale * np.linalg.norm(np.asarray(theta, np.float64) / scale, axis=0))


def norm(*parts: Any) -> float:
    """Frobenius norm of all parts together, in float64."""
    return float(np.linalg.norm(np.concatenate([np.ravel(np.asarray(part, np.float64)) for part in parts])))
