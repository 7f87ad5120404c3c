"""Matrix products in float64 of samples and of small matrices, on one core: half of a Gram matrix, and an epoch's maps.

X'X is symmetric: only tiles on and above its diagonal are summed, which no product of BLAS's that torch calls does. Samples
are cast to float64 block by block, into planes of LANES columns each, which a tile reads from front to back.
"""

from typing import Any

import numpy as np
from numba import njit

from lntx.training.linear.kernels.prefetch import LINE, prefetch
from lntx.training.linear.kernels.settings import OPTIONS
from lntx.training.linear.kernels.tiles import tile_one, tile_three, tile_two, widen
from lntx.training.linear.kernels.vectors import LANES, ROWS, WIDEST

BLOCK = 64  # samples that are cast at once: the planes of a tile stay in the first caches
TWO, THREE = 2, 3  # vectors
PLANE = (BLOCK + 1) * LANES  # numbers; planes of a whole page would all want the same lines of it


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def padded(columns: int) -> Any:  # pragma: no cover
    """Round a number of columns up to whole tiles and vectors."""
    return -(-columns // ROWS) * ROWS


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def multiply(
    total: Any, left: Any, a_step: int, a_row: int, right: Any, rows: int, count: int, columns: int
) -> None:  # pragma: no cover
    """Set total (rows x columns, both padded) to the sum of left(k, i) right(k, j); right has its rows one by one."""
    for i in range(0, rows, ROWS):
        j = 0
        while j < columns:
            wide = min(WIDEST, (columns - j) // LANES)
            at, a = i * columns + j, i * a_row
            if wide == THREE:
                tile_three(total, at, columns, False, left, a, a_step, a_row, right, j, columns, LANES, count)
            elif wide == TWO:
                tile_two(total, at, columns, False, left, a, a_step, a_row, right, j, columns, LANES, count)
            else:
                tile_one(total, at, columns, False, left, a, a_step, a_row, right, j, columns, LANES, count)
            j += wide * LANES


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def add_gram(total: Any, planes: Any, X: Any, Y: Any, first: int, last: int) -> None:  # pragma: no cover
    """Add z'z over samples first to last to total, z = (x, 1, y), above the diagonal and on it; planes is room for a block.

    total is square, as wide as z and padded; what is below the diagonal is of no use, but for the tiles on it.
    """
    columns = total.shape[1]
    for start in range(first, last, BLOCK):
        count = min(BLOCK, last - start)
        _lay_out(planes, X, Y, start, count)
        for i in range(0, columns, ROWS):
            j = i // LANES * LANES
            a = j // LANES * PLANE + i % LANES
            while j < columns:
                wide = min(WIDEST, (columns - j) // LANES)
                at, b = i * columns + j, j // LANES * PLANE
                if wide == THREE:
                    tile_three(total, at, columns, True, planes, a, LANES, 1, planes, b, LANES, PLANE, count)
                elif wide == TWO:
                    tile_two(total, at, columns, True, planes, a, LANES, 1, planes, b, LANES, PLANE, count)
                else:
                    tile_one(total, at, columns, True, planes, a, LANES, 1, planes, b, LANES, PLANE, count)
                j += wide * LANES


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _lay_out(planes: Any, X: Any, Y: Any, start: int, count: int) -> None:  # pragma: no cover
    """Cast samples, each with a 1 and its targets behind it, into planes of LANES columns."""
    features = X.shape[1]
    whole = features // LANES * LANES
    ahead = BLOCK * features
    for k in range(count):
        row = (start + k) * features
        for line in range(row + ahead, row + ahead + features, LINE // X.itemsize):
            prefetch(X, line)
        for j in range(0, whole, LANES):
            widen(planes, j // LANES * PLANE + k * LANES, X, row + j)
        for j in range(whole, features):
            planes[j // LANES * PLANE + k * LANES + j % LANES] = X[start + k, j]
        planes[features // LANES * PLANE + k * LANES + features % LANES] = 1
        for output in range(Y.shape[1]):
            j = features + 1 + output
            planes[j // LANES * PLANE + k * LANES + j % LANES] = Y[start + k, output]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def mirror(total: Any) -> None:  # pragma: no cover
    """Copy what is above the diagonal to below it."""
    for i in range(len(total)):
        for j in range(i):
            total[i, j] = total[j, i]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def room(columns: int) -> Any:  # pragma: no cover
    """Make planes for a block of samples; what no sample fills stays zero."""
    return np.zeros(columns // LANES * PLANE)
