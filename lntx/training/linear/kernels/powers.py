"""A training of few features as one call: the epoch's map, its powers by squaring, and the weights at the epochs asked for.

Between torch's operations on so small matrices lies ten times what these compute.
"""

from typing import Any

import numpy as np
from numba import njit

from lntx.training.linear.kernels.maps import MOMENTUM, PARTS, by_samples, one_by_one
from lntx.training.linear.kernels.products import padded
from lntx.training.linear.kernels.settings import OPTIONS
from lntx.training.linear.kernels.tiles import tile_one
from lntx.training.linear.kernels.vectors import LANES, ROWS

@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def train(
    weights: Any, bias: Any, drawn: Any, scale: float, stops: Any, X: Any, Y: Any, rows: int, numbers: Any
) -> None:  # pragma: no cover
    """Write the weights (stops x outputs x features) and the bias (stops x outputs) after those many epochs.

    drawn, times scale, are the initial weights, output by output, and behind them the bias. Without dampening, which the first
    epoch has less of.
    """
    (samples, features), outputs = X.shape, Y.shape[1]
    momentum = numbers[MOMENTUM] != 0
    ones = (features + 1) * (2 if momentum else 1)
    size = ones + outputs
    side, columns = padded(size), (outputs + LANES - 1) // LANES * LANES
    state, other = np.zeros((side, columns)), np.zeros((side, columns))
    for k in range(outputs):
        for j in range(features):
            state[j, k] = X.dtype.type(drawn[k * features + j] * scale)
        state[features, k] = X.dtype.type(drawn[outputs * features + k] * scale)
        state[ones + k, k] = 1
    powers, known, done = _powers(stops[-1], side), 1, 0
    if rows == 1 and not momentum:
        _epoch_in_parts(powers[0], size, ones, X, Y, numbers)
    else:
        by_samples(powers[0], ones, X, Y, rows, numbers, 0, samples, False)
    for number in range(len(stops)):
        left = stops[number] - done
        bit = 0
        while left > 0:
            if bit == known:
                _product(powers[bit], powers[bit - 1], powers[bit - 1], size)
                known += 1
            if left & 1:
                _product(other, powers[bit], state, size)
                state, other = other, state
            left >>= 1
            bit += 1
        done = stops[number]
        for k in range(outputs):
            for j in range(features):
                weights[number, k, j] = state[j, k]
            bias[number, k] = state[features, k]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _powers(most: int, side: int) -> Any:  # pragma: no cover
    """Make room for an epoch's map and its squares, up to that power; the first begins as an identity."""
    bits = 1
    while most >> bits:
        bits += 1
    powers = np.empty((bits, side, side))
    powers[0] = 0
    for j in range(side):
        powers[0, j, j] = 1
    return powers


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _epoch_in_parts(whole: Any, size: int, ones: int, X: Any, Y: Any, numbers: Any) -> None:  # pragma: no cover
    """Compose an epoch of batch size 1 without momentum, by maps of its parts; whole comes as an identity."""
    parts = np.empty((PARTS, *whole.shape))
    for part in range(PARTS):
        parts[part] = whole
    one_by_one(parts, ones, X, Y, numbers)
    one, other = parts[0], np.empty_like(whole)
    for part in range(1, PARTS):
        _product(other, parts[part], one, size)
        one, other = other, one
    whole[:] = one


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _product(total: Any, left: Any, right: Any, size: int) -> None:  # pragma: no cover
    """Multiply a map, of which so many rows aren't padding, with another or with a state."""
    side, columns = right.shape
    into, first, second = total.reshape(total.size), left.reshape(left.size), right.reshape(right.size)
    for i in range(0, side, ROWS):
        for j in range(0, columns, LANES):
            tile_one(into, i * columns + j, columns, False, first, i * side, 1, side, second, j, columns, LANES, size)
