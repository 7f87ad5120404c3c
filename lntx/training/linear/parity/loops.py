"""The recurrence as one plain compiled loop (numba), for trainings of so many steps that NumPy would take seconds.

A reference must owe nothing to what it judges: no kernel of a backend is called, sums go one after the other as they are
written, and nothing is reassociated (no fastmath). The dtype is that of the arrays: float64 for the reference, the
recipe's own for the replicates of `spread`. The tests hold it against the NumPy steps.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

STRIDE = 7919
"""Numbers by which the nudges of a step lie behind those of the one before: a prime, so that rows don't align."""


_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}


class Constants(NamedTuple):
    """A recipe's numbers in the dtype of the state: lr and weight decay for each column, momentum and 1 - dampening."""

    rates: Any
    decays: Any
    shares: Any
    nesterov: bool


@njit(**_OPTIONS)  # type: ignore[untyped-decorator]
def sweep(
    theta: Any,
    buffer: Any,
    X: Any,
    Y: Any,
    order: Any,
    rows: int,
    outputs: int,
    epochs: int,
    step: int,
    constants: Any,
    nudges: Any,
    nudged: int,
) -> None:  # pragma: no cover
    """Take the steps of some epochs, in place; each column of theta (features + 1 x columns) is a training of its own.

    X is samples x features, Y samples x columns, both in theta's dtype; order has the samples' numbers, or none where
    they go in the order of the data. step counts the steps done before. Before each step the last `nudged` columns are
    multiplied by nudges, a long array of factors that is read from another place each step.
    """
    gradient, residual, factor = np.zeros_like(theta), np.zeros_like(theta[0]), np.zeros_like(theta[0])
    for _ in range(epochs):
        for start in range(0, len(X), rows):
            stop = min(start + rows, len(X))
            if nudged:
                _nudge(theta, nudges, step * STRIDE % (nudges.size - theta.size), nudged)
            gradient[:] = 0
            for i in range(start, stop):
                at = order[i] if order.size else i
                _add(gradient, residual, theta, X[at], Y[at])
            factor[:] = 2 / ((stop - start) * outputs)  # rounded to the dtype
            _move(theta, buffer, gradient, factor, constants, step == 0)
            step += 1


@njit(**_OPTIONS)  # type: ignore[untyped-decorator]
def _nudge(theta: Any, nudges: Any, at: int, nudged: int) -> None:  # pragma: no cover
    """Multiply the last columns by random factors."""
    for j in range(theta.shape[0]):
        for c in range(theta.shape[1] - nudged, theta.shape[1]):
            theta[j, c] *= nudges[at]
            at += 1


@njit(**_OPTIONS)  # type: ignore[untyped-decorator]
def _add(gradient: Any, residual: Any, theta: Any, x: Any, y: Any) -> None:  # pragma: no cover
    """Add a sample's share, input times residual, to the gradient."""
    residual[:] = theta[-1]
    for j in range(x.size):
        for c in range(residual.size):
            residual[c] += x[j] * theta[j, c]
    residual -= y
    for j in range(x.size):
        for c in range(residual.size):
            gradient[j, c] += x[j] * residual[c]
    gradient[-1] += residual


@njit(**_OPTIONS)  # type: ignore[untyped-decorator]
def _move(theta: Any, buffer: Any, gradient: Any, factor: Any, constants: Any, fresh: bool) -> None:  # pragma: no cover
    """Take one step of `torch.optim.SGD` along a gradient without its weight decay; the first enters the buffer undamped."""
    momentum, share = constants.shares[0], constants.shares[1]
    for j in range(theta.shape[0]):
        for c in range(theta.shape[1]):
            push = factor[c] * gradient[j, c] + constants.decays[c] * theta[j, c]
            if momentum != 0:
                velocity = momentum * buffer[j, c] + (push if fresh else share * push)
                buffer[j, c] = velocity
                push = push + momentum * velocity if constants.nesterov else velocity
            theta[j, c] -= constants.rates[c] * push
