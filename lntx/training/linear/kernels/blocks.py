"""Batch size 1, a block of steps at a time: the same steps, associated anew, so that none waits for the one before.

A step takes each weight and its momentum buffer, (w, v), to A (w, v) + b r x, with r = f (x w - y) and f = 2 / outputs. So the
weights before the j-th step of a block are those at its start, faded, with the moves of the steps between, and its residual is

    r_j = f (p_j x_j w + q_j x_j v - y_j + sum_{i<j} c_{j-1-i} (x_i x_j) r_i)

where (p_j, q_j) is the first row of A^j and c_k the first number of A^k b: a triangular system of the samples' own products. It
is solved once a call, in float64, for the block's inputs and targets as the steps before leave them: r = M (w, v) - z. Each epoch
then takes every step's residual by its row of M and every step's move by its sample, as many operations as one by one; the
weights are known where a block ends.

Where f lr |x|^2 <= 2 no step lengthens anything, and no row of M is longer than the sample that it is made of. Beyond, and with
momentum, rows may be longer, and a residual's rounding with them: by how much at most, `lay_out` says.

M is rounded once, so that its rounding is the same in each epoch, where that of steps one by one varies. The derived tolerance
takes all rounding as aligned, but the measured one does not, and with momentum it was exceeded: there float32 is trained in
float64, and float64 not by blocks.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from lntx.training.linear.kernels.settings import OPTIONS
from lntx.training.linear.problem import Array
from lntx.training.recipe import Recipe

STEPS = 64
"""Steps of a block. On the tutorial 8 take 2.5 ns each, 32 0.9, 64 0.55, 128 0.45, which lays out twice as long for little."""


class Powers(NamedTuple):
    """What follows from a recipe alone: A^k - I as four numbers (STEPS + 1 x 4), A^k b (STEPS + 1 x 2), f, a bound of v's part.

    A power itself would round what it fades, in the same way in each block.
    """

    fades: Array
    pushes: Array
    factor: float
    buffer: float


class Blocks(NamedTuple):
    """All blocks of an epoch: inputs (M) and moves are blocks x numbers of a state x STEPS, targets (z) outputs x blocks x STEPS.

    fades are blocks x 4: A to the power of the block's steps, of which the last block may have fewer, less the identity.
    """

    inputs: Array
    targets: Array
    moves: Array
    fades: Array


def powers(recipe: Recipe, outputs: int) -> Powers:
    """Raise a recipe's step to its powers, in float64."""
    lr, momentum, share, decay = recipe.lr, recipe.momentum, 1 - recipe.dampening, recipe.weight_decay
    pull, carry = (1 + momentum, momentum**2) if recipe.nesterov else (share if momentum else 1.0, momentum)
    change = np.array([[-lr * pull * decay, -lr * carry], [share * decay, momentum - 1]])
    power, push = np.zeros((2, 2)), np.array([-lr * pull, share])
    fades, pushes = np.empty((STEPS + 1, 4)), np.empty((STEPS + 1, 2))
    for k in range(STEPS + 1):
        fades[k], pushes[k] = power.ravel(), push
        power, push = power + change @ power + change, push + change @ push
    return Powers(fades, pushes, 2 / outputs, lr / (1 - momentum))


def width(features: int) -> int:
    """Count the weights and the bias of an output, and the zeros that are added so that four go together."""
    return (features + 4) // 4 * 4


def lay_out(X: Array, Y: Array, powers: Powers, momentum: bool, dtype: Any) -> tuple[Blocks, float]:
    """Lay the blocks of an epoch out in a dtype, and say how many times as long as its sample a row of M is at most."""
    samples, outputs = Y.shape
    size = width(X.shape[1]) * (2 if momentum else 1)
    blocks = -(-samples // STEPS)
    shape = (blocks, size, STEPS)
    found = Blocks(
        np.zeros(shape, dtype),
        np.zeros((outputs, blocks, STEPS), dtype),
        np.zeros(shape, dtype),
        np.empty((blocks, 4), dtype),
    )
    return found, _fill(*found, X, Y, *powers, momentum)


class State(NamedTuple):
    """The weights and biases of all outputs, with momentum their buffers too, padded; outputs x numbers of a state."""

    numbers: Array
    weights: Array
    bias: Array

    @classmethod
    def of(cls, state: Sequence[Array], x: Array, y: Array, recipe: Recipe, dtype: Any) -> "State":
        """Take weights, bias and their buffers at the start; x and y are the first sample.

        torch sets the buffer to the first gradient g, undamped. A step that is damped as all others does the same from a buffer
        of dampening / momentum times g, of which momentum is kept, beside (1 - dampening) g.
        """
        weights, bias = state[:2]
        features, wide = weights.shape[1], width(weights.shape[1])
        found = np.zeros((len(bias), wide * (2 if recipe.momentum else 1)), dtype)
        found[:, :features], found[:, features] = weights, bias
        if recipe.momentum and recipe.dampening:
            residual = 2 / len(y) * (weights @ x + bias - y)
            found[:, wide : wide + features] = np.outer(residual, x) + recipe.weight_decay * weights
            found[:, wide + features] = residual + recipe.weight_decay * bias
            found[:, wide:] *= recipe.dampening / recipe.momentum
        return cls(found, weights, bias)

    def give(self) -> None:
        """Write weights and biases to where they came from."""
        features = self.weights.shape[1]
        self.weights[:], self.bias[:] = self.numbers[:, :features], self.numbers[:, features]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def _fill(
    inputs: Any,
    targets: Any,
    moves: Any,
    fades: Any,
    X: Any,
    Y: Any,
    powers: Any,
    pushes: Any,
    factor: float,
    buffer: float,
    momentum: bool,
) -> float:  # pragma: no cover
    """Solve each block's triangular system in float64: step after step, for all that follow it at once."""
    samples, features = X.shape
    outputs = Y.shape[1]
    blocks, size, _ = inputs.shape
    wide = size // 2 if momentum else size
    rows, x = np.zeros((size + outputs, STEPS)), np.zeros((wide, STEPS))
    share, length = np.empty(STEPS), np.empty(STEPS)
    worth = np.zeros(2 * STEPS)  # of a step's move to those after it; 0 to those before
    worth[STEPS:] = factor * pushes[:STEPS, 0]
    x[features] = 1
    growth = 0.0
    for block in range(blocks):
        start = block * STEPS
        count = min(STEPS, samples - start)
        length[:] = 0
        largest = 0.0
        for s in range(features):
            for j in range(count):
                x[s, j] = X[start + j, s]
        for s in range(wide):
            for j in range(STEPS):
                rows[s, j] = factor * (x[s, j] + powers[j, 0] * x[s, j])
                length[j] += x[s, j] * x[s, j]
        for s in range(wide, size):
            for j in range(STEPS):
                rows[s, j] = factor * powers[j, 1] * x[s - wide, j]
        for k in range(outputs):
            for j in range(count):
                rows[size + k, j] = factor * Y[start + j, k]
                largest = max(largest, abs(rows[size + k, j]))
        for i in range(count - 1):
            later = worth[STEPS - 1 - i :]
            share[:] = 0
            for s in range(0, wide, 4):
                x0, x1, x2, x3 = x[s], x[s + 1], x[s + 2], x[s + 3]
                f0, f1, f2, f3 = x0[i], x1[i], x2[i], x3[i]
                for j in range(STEPS):
                    share[j] += (f0 * x0[j] + f1 * x1[j]) + (f2 * x2[j] + f3 * x3[j])
            for j in range(STEPS):
                share[j] *= later[j]
            for s in range(size + outputs):
                row, known = rows[s], rows[s, i]
                for j in range(STEPS):
                    row[j] += share[j] * known
        for j in range(count):
            own, pushed = 0.0, 0.0
            for s in range(wide):
                own += rows[s, j] * rows[s, j]
            for s in range(wide, size):
                pushed += rows[s, j] * rows[s, j]
            grown = np.sqrt(max(own, pushed / (buffer * buffer)) / length[j]) / factor
            if not grown <= growth:  # also where it is no number
                growth = grown
            for k in range(outputs):
                if not abs(rows[size + k, j]) <= growth * largest:
                    growth = abs(rows[size + k, j]) / largest
                targets[k, block, j] = rows[size + k, j]
        for s in range(size):
            for j in range(count):
                inputs[block, s, j] = rows[s, j]
                moves[block, s, j] = pushes[count - 1 - j, s // wide] * x[s % wide, j]
        for s in range(4):
            fades[block, s] = powers[count, s]
    return growth


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def train(
    state: Any, inputs: Any, targets: Any, moves: Any, fades: Any, epochs: int, momentum: bool
) -> None:  # pragma: no cover
    """Take the steps of some epochs: each row of the state is an output's weights, bias and zeros, then their buffers."""
    blocks, size, _ = inputs.shape
    wide = size // 2
    residual, push = np.empty(STEPS, state.dtype), np.empty(size, state.dtype)
    zero = state.dtype.type(0)
    for k in range(len(state)):
        now = state[k]
        for _ in range(epochs):
            for block in range(blocks):
                x, y, move, fade = inputs[block], targets[k, block], moves[block], fades[block]
                for i in range(STEPS):
                    residual[i] = -y[i]
                for s in range(0, size, 4):
                    x0, x1, x2, x3 = x[s], x[s + 1], x[s + 2], x[s + 3]
                    w0, w1, w2, w3 = now[s], now[s + 1], now[s + 2], now[s + 3]
                    for i in range(STEPS):
                        residual[i] += (w0 * x0[i] + w1 * x1[i]) + (w2 * x2[i] + w3 * x3[i])
                for s in range(0, size, 4):
                    x0, x1, x2, x3 = move[s], move[s + 1], move[s + 2], move[s + 3]
                    p0, p1, p2, p3 = zero, zero, zero, zero
                    for i in range(STEPS):
                        p0 += residual[i] * x0[i]
                        p1 += residual[i] * x1[i]
                        p2 += residual[i] * x2[i]
                        p3 += residual[i] * x3[i]
                    push[s], push[s + 1], push[s + 2], push[s + 3] = p0, p1, p2, p3
                if momentum:
                    for s in range(wide):
                        weight, buffer = now[s], now[wide + s]
                        now[s] = weight + (fade[0] * weight + fade[1] * buffer + push[s])
                        now[wide + s] = buffer + (fade[2] * weight + fade[3] * buffer + push[wide + s])
                else:
                    for s in range(size):
                        now[s] += fade[0] * now[s] + push[s]
