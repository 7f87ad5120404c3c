"""The recurrence of SGD in float64 NumPy, and what follows from its being affine in its state.

With x carrying a 1 for the bias, theta (features + 1 rows, a column for each output) and the momentum buffer v make the
state. A step is an affine map of the state, the same for every output but for the offset; so the steps of an epoch,
taken with the unit vectors as columns and targets of zero, give the epoch's map. One function, `sweep`, serves both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lntx.training.problem import Problem
from lntx.training.recipe import Recipe

Matrix = NDArray[np.float64]

_GONE = 1e-100  # an error this small grows no more


@dataclass(slots=True)
class State:
    """theta and, with momentum, its buffer: (features + 1) x columns each. `fresh` until the first step is done."""

    theta: Matrix
    buffer: Matrix
    fresh: bool = True


@dataclass(frozen=True, eq=False)
class System:
    """A problem and a recipe as matrices: inputs with a column of ones, targets, and the recurrence's constants."""

    problem: Problem
    recipe: Recipe

    @cached_property
    def inputs(self) -> Matrix:
        """X in float64, as rounded to the recipe's dtype, with a column of ones: samples x (features + 1)."""
        values, _ = self.problem.cast(self.recipe.dtype)
        return np.column_stack([values, np.ones(len(values), values.dtype)]).astype(np.float64)

    @cached_property
    def targets(self) -> Matrix:
        """Y in float64, as rounded to the recipe's dtype: samples x outputs."""
        _, values = self.problem.cast(self.recipe.dtype)
        return values.astype(np.float64)

    @cached_property
    def batches(self) -> Sequence[slice]:
        """The slices of one epoch."""
        return self.recipe.batches(self.problem.samples)

    @property
    def size(self) -> int:
        """Rows of theta: features and one for the bias."""
        return self.problem.features + 1

    def factor(self, rows: int) -> float:
        """2 / (batch size x outputs): what the mean squared error puts before X' r."""
        return 2.0 / (rows * self.problem.outputs)

    def advance(self, state: State, gradient: Matrix) -> None:
        """Take one step of `torch.optim.SGD`, in place, along a gradient without its weight decay."""
        recipe = self.recipe
        if recipe.weight_decay:
            gradient += recipe.weight_decay * state.theta
        if recipe.momentum:
            state.buffer *= recipe.momentum
            state.buffer += gradient if state.fresh else (1 - recipe.dampening) * gradient
            gradient = gradient + recipe.momentum * state.buffer if recipe.nesterov else state.buffer
        state.theta -= recipe.lr * gradient
        state.fresh = False

    def sweep(self, state: State, targets: Matrix, order: NDArray[np.int64] | None = None) -> None:
        """Take the steps of one epoch, in place; targets has a column for each column of the state."""
        inputs = self.inputs if order is None else self.inputs[order]
        targets = targets if order is None else targets[order]
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is found in the outcome
            for batch in self.batches:
                rows = inputs[batch]
                residual = rows @ state.theta - targets[batch]
                self.advance(state, self.factor(len(rows)) * (rows.T @ residual))

    def epoch_map(self, *, fresh: bool = False) -> Matrix:
        """Compose the first epoch: the state (theta over buffer, if any) over a 1 for each output.

        Square, (state + outputs) wide: apply it to the state with an identity below. fresh: the first epoch of all,
        whose first step sets the buffer undamped.
        """
        height = self.size * (2 if self.recipe.momentum else 1)
        width = height + self.problem.outputs
        columns = np.eye(height, width)
        state = State(columns[: self.size].copy(), np.zeros((self.size, width)), fresh)
        if self.recipe.momentum:
            state.buffer[:] = columns[self.size :]
        targets = np.zeros((self.problem.samples, width))
        targets[:, height:] = self.targets
        self.sweep(state, targets, self.recipe.order(0, self.problem.samples))
        parts = [state.theta, state.buffer] if self.recipe.momentum else [state.theta]
        return np.vstack([*parts, np.eye(self.problem.outputs, width, height)])

    def stretch(self) -> float:
        """Bound how much an error made in the first epoch can grow until its end; plain SGD, without momentum.

        The largest Frobenius norm of the products A_n ... A_s over all s. Each A is symmetric, so the transposed
        products come from the steps in reverse order.
        """
        product = State(np.eye(self.size), np.zeros((self.size, self.size)))
        plain = System(self.problem, self.recipe.but(momentum=0.0, dampening=0.0, nesterov=False))
        order = self.recipe.order(0, self.problem.samples)
        inputs = self.inputs if order is None else self.inputs[order]
        largest = 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            for batch in reversed(self.batches):
                rows = inputs[batch]
                plain.advance(product, self.factor(len(rows)) * (rows.T @ (rows @ product.theta)))
                largest = max(largest, norm(product.theta))
        return largest

    def hessian(self) -> Matrix:
        """Hessian of the loss over all samples for one output, without weight decay."""
        return self.factor(self.problem.samples) * (self.inputs.T @ self.inputs)


class Growth:
    """How an error made at the start fares, epoch by epoch, in the orders that a recipe draws."""

    def __init__(self, system: System) -> None:
        """Begin with every error of size 1."""
        self._system = system
        self._state = State(np.eye(system.size), np.zeros((system.size, system.size)), fresh=False)
        self._norms = [norm(self._state.theta)]

    def until(self, epochs: int) -> float:
        """Give the largest factor by which errors grow between any two epochs up to this one; 1 if they never do."""
        targets = np.zeros((self._system.problem.samples, self._system.size))
        while len(self._norms) <= epochs and self._norms[-1] > _GONE:
            order = self._system.recipe.order(len(self._norms) - 1, self._system.problem.samples)
            self._system.sweep(self._state, targets, order)
            self._norms.append(norm(self._state.theta))
        seen = np.array(self._norms[: epochs + 1])
        return float(max(1.0, np.max(seen / np.minimum.accumulate(seen))))


def seconds_of(steps: float, flops: float) -> float:
    """Guess roughly what a NumPy loop takes; it decides between two ways to the same result, never the result."""
    return steps * 1.2e-5 + flops / 2e9


def norm(*parts: Any) -> float:
    """Frobenius norm of all parts together, in float64."""
    return float(np.linalg.norm(np.concatenate([np.ravel(np.asarray(part, np.float64)) for part in parts])))
