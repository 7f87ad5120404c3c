"""A training of few features as one call: the epoch's map, its powers by squaring, and the weights at the epochs asked for.

Between torch's operations on so small matrices lies ten times what these compute.
"""

from typing import Any

import numpy as np
from numba import njit

from lntx.training.linear.kernels.maps import MOMENTUM, PARTS, by_samples, one_by_one
from lntx.training.linear.kernels.products import padded
from lntx.training.linear.kernels.settings import OPTIONS
from lntx.training.linear.kernels.tiles import narrow, tile_one
from lntx.training.linear.kernels.vectors import LANES, ROWS


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def train(
    weights: Any, bias: Any, drawn: Any, scale: float, stops: Any, X: Any, Y: Any, rows: int, numbers: Any
) -> None:  # pragma: no cover
    """Write the weights (stops outputs x features) and the bias (stops outputs) after those many epochs.

    drawn, times scale, are the initial weights, output by output, and behind them the bias. Without dampening, which the first
    epoch has less of.
    """
    features, outputs = X.shape[1], Y.shape[1]
    ones = (features + 1) * (1 if numbers[MOMENTUM] == 0 else 2)
    size = ones + outputs
    side = padded(size)
    square, at, other = side * side, 0, padded(outputs) * side
    state = np.zeros((2, padded(outputs), side))  # one, and room for the one that follows
    for k in range(outputs):
        for j in range(features):
            state[0, k, j] = X.dtype.type(drawn[k * features + j] * scale)
        state[0, k, features] = X.dtype.type(drawn[outputs * features + k] * scale)
        state[0, k, ones + k] = 1
    powers, known, done = _powers(stops[-1], side), 1, 0
    _epoch(powers, side, size, X, Y, rows, numbers)
    for number in range(len(stops)):
        left, bit = stops[number] - done, 0
        while left > 0:
            if bit == known:
                before = (bit - 1) * square
                _product(powers, before + square, powers, before, powers, before, side, size, size)
                known += 1
            if left & 1:
                _product(state, other, state, at, powers, bit * square, side, outputs, size)
                at, other = other, at
            left >>= 1
            bit += 1
        done = stops[number]
        for k in range(outputs):
            for j in range(features):
                weights[number * outputs + k, j] = state[1 if at else 0, k, j]
            bias[number * outputs + k] = state[1 if at else 0, k, features]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _powers(most: int, side: int) -> Any:  # pragma: no cover
    """Make room for an epoch's map and its squares, up to that power."""
    bits = 1
    while most >> bits:
        bits += 1
    return np.zeros((bits, side, side))


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _epoch(transposed: Any, side: int, size: int, X: Any, Y: Any, rows: int, numbers: Any) -> None:  # pragma: no cover
    """Compose the epoch's map, and transpose it: a state is a row for each output, so that one output is one row."""
    ones, square = size - Y.shape[1], side * side
    parts = np.zeros((PARTS, side, side))
    for part in range(PARTS):
        for j in range(side):
            parts[part, j, j] = 1
    last = 0
    if rows == 1 and numbers[MOMENTUM] == 0:
        one_by_one(parts, ones, X, Y, numbers)
        _product(transposed, 0, parts, square, parts, 0, side, size, size)
        _product(parts, 0, parts, 2 * square, transposed, 0, side, size, size)
        _product(parts, square, parts, 3 * square, parts, 0, side, size, size)
        last = 1
    else:
        by_samples(parts[0], ones, X, Y, rows, numbers, 0, len(X), False)
    for i in range(size):
        for j in range(size):
            transposed[0, j, i] = parts[last, i, j]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _product(
    total: Any, at: int, left: Any, a: int, right: Any, b: int, side: int, rows: int, size: int
) -> None:  # pragma: no cover
    """Multiply so many rows with a map, of whose side so much isn't padding."""
    if side == LANES:
        narrow(total, at, left, a, right, b, rows)
        return
    for i in range(0, rows, ROWS):
        for j in range(0, side, LANES):
            tile_one(
                total, at + i * side + j, side, False, left, a + i * side, 1, side, right, b + j, side, LANES, size
            )
