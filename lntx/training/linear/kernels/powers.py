"""A training of few features as one call: the epoch's map, its powers by squaring, and the weights at the epochs asked for."""

from typing import Any

import numpy as np
from numba import njit

from lntx.training.linear.kernels.maps import MOMENTUM, SHARE, advance
from lntx.training.linear.kernels.products import multiply, padded
from lntx.training.linear.kernels.settings import OPTIONS
from lntx.training.linear.kernels.vectors import LANES

_BITS = 63


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def train(
    weights: Any, bias: Any, drawn: Any, stops: Any, X: Any, Y: Any, rows: int, numbers: Any, batched: bool
) -> None:  # pragma: no cover
    """Write the weights (stops x outputs x features) and the bias (stops x outputs) after those many epochs.

    drawn are the initial weights, output by output, and behind them the bias.
    """
    (samples, features), outputs = X.shape, Y.shape[1]
    momentum = numbers[MOMENTUM] != 0
    ones = (features + 1) * (2 if momentum else 1)
    side, columns = padded(ones + outputs), (outputs + LANES - 1) // LANES * LANES
    state, other = np.zeros((side, columns)), np.empty((side, columns))
    for k in range(outputs):
        for j in range(features):
            state[j, k] = drawn[k * features + j]
        state[features, k] = drawn[outputs * features + k]
        state[ones + k, k] = 1
    powers, known, done = np.zeros((_BITS if stops[-1] > 1 else 1, side, side)), 1, 0
    for j in range(side):
        powers[0, j, j] = 1
    advance(powers[0], ones, X, Y, rows, numbers, 0, samples, False, batched)
    for number in range(len(stops)):
        left = stops[number] - done
        if done == 0 and momentum and numbers[SHARE] != 1:  # the first gradient of all enters the buffer undamped
            advance(state, 0, X, Y, rows, numbers, 0, samples, True, batched)
            left -= 1
        bit = 0
        while left > 0:
            if bit == known:
                _product(powers[bit], powers[bit - 1], powers[bit - 1])
                known += 1
            if left & 1:
                _product(other, powers[bit], state)
                state, other = other, state
            left >>= 1
            bit += 1
        done = stops[number]
        for k in range(outputs):
            for j in range(features):
                weights[number, k, j] = state[j, k]
            bias[number, k] = state[features, k]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _product(total: Any, left: Any, right: Any) -> None:  # pragma: no cover
    """Multiply a map with another, or with a state."""
    side, columns = right.shape
    total[:] = 0
    multiply(total.reshape(total.size), left.reshape(left.size), 1, side, right.reshape(right.size), side, side, columns)
