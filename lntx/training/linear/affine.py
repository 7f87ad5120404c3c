"""The recurrence of SGD in float64 NumPy, and what follows from its being affine in its state.

With x carrying a 1 for the bias, theta (features + 1 rows, a column for each output) and the momentum buffer v make the
state. A step is an affine map of the state, the same for every output but for the offset; so the steps of an epoch,
taken with the unit vectors as columns and targets of zero, give the epoch's map. One function, `sweep`, serves both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.linalg import matrix_power
from numpy.typing import NDArray

from lntx.training.linear.matrices import Matrix, length
from lntx.training.recipe import Recipe

if TYPE_CHECKING:  # every proof stands on this, and reads better without all that a problem is made of
    from lntx.training.linear.problem import Problem

Order = NDArray[np.int64] | None
Rows = slice | NDArray[np.int64]

_KEPT = 2**21  # numbers of X and Y that are kept in float64 altogether
_PIECE = 2**14  # numbers that are cast at a time, where that is too many: they stay in a cache
_NOISE = 4.0  # three times the most that was seen in 400 matrices of low rank
_LOOKED_AT = 24  # steps of an epoch, evenly spread, from which the growth of errors is measured


@dataclass(slots=True)
class State:
    """theta and, with momentum, its buffer: (features + 1) x columns each. `fresh` until the first step is done."""

    theta: Matrix
    buffer: Matrix
    fresh: bool = True


@dataclass(frozen=True, eq=False)
class System:
    """A problem and a recipe as matrices: inputs with a column of ones, targets, and the recurrence's constants."""

    problem: "Problem"
    recipe: Recipe

    @cached_property
    def _whole(self) -> tuple[Matrix, Matrix] | None:
        """All of X and Y as `pieces` gives them, where that is small enough to be kept."""
        small = self.problem.samples * (self.size + self.problem.outputs) <= _KEPT
        return self._cast(slice(None)) if small else None

    def _cast(self, rows: Rows) -> tuple[Matrix, Matrix]:
        dtype = self.recipe.dtype or self.problem.dtype
        x, y = (array[rows].astype(dtype, copy=False) for array in (self.problem.X, self.problem.Y))
        return np.column_stack([x, np.ones(len(x), x.dtype)]).astype(np.float64), y.astype(np.float64)

    def pieces(self, batch: slice, order: Order = None) -> Iterator[tuple[Matrix, Matrix]]:
        """Yield the samples of a batch in float64, as rounded to the recipe's dtype: X with a column of ones, and Y.

        Piece by piece, so that a large X, which may not even be in memory, is never copied whole.
        """
        step = max(1, (_KEPT if self._whole else _PIECE) // (self.size + self.problem.outputs))
        for first in range(batch.start, batch.stop, step):
            rows: Rows = slice(first, min(first + step, batch.stop))
            rows = rows if order is None else order[rows]
            if self._whole:
                yield self._whole[0][rows], self._whole[1][rows]
            else:
                yield self._cast(rows)

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

    def step(self, state: State, batch: slice, order: Order = None, *, driven: bool = True) -> None:
        """Take one step, in place.

        The last columns of the state, one for each output, have Y as their targets, all others zero; without `driven`
        all of them.
        """
        gradient: Any = 0.0
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is found in the outcome
            for x, y in self.pieces(batch, order):
                residual = x @ state.theta
                if driven:
                    residual[:, -self.problem.outputs :] -= y
                gradient += x.T @ residual
            self.advance(state, self.factor(batch.stop - batch.start) * gradient)

    def sweep(self, state: State, order: Order = None, *, driven: bool = True) -> None:
        """Take the steps of one epoch, in place."""
        for batch in self.batches:
            self.step(state, batch, order, driven=driven)

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
        self.sweep(state, self.recipe.order(0, self.problem.samples))
        parts = [state.theta, state.buffer] if self.recipe.momentum else [state.theta]
        return np.vstack([*parts, np.eye(self.problem.outputs, width, height)])

    def stretch(self) -> float:
        """Measure how much an error of the weights in the first epoch can grow until its end.

        The largest 2-norm of the products A_n ... A_s, each with respect to the weights alone, over evenly spread s. The
        transposed products come from the steps in reverse order.
        """
        product = State(np.eye(self.size), np.zeros((self.size, self.size)), fresh=False)
        order = self.recipe.order(0, self.problem.samples)
        looked_at = set(np.linspace(0, len(self.batches) - 1, _LOOKED_AT).astype(int))
        largest = 1.0
        for number, batch in reversed(list(enumerate(self.batches))):
            self._step_back(product, batch, order)
            if number in looked_at:
                largest = max(largest, length(product.theta))
        return largest

    def _step_back(self, product: State, batch: slice, order: Order) -> None:
        """Apply a step's transpose to the products so far, in place: (a, b) stand where the step has theta and buffer.

        With K = H_b + decay I, a step is theta' = theta - lr (p K theta + q buffer), buffer' = s K theta + m buffer.
        """
        recipe, momentum = self.recipe, self.recipe.momentum
        share = 1 - recipe.dampening
        pull = 1 + momentum if recipe.nesterov else share if momentum else 1.0
        carry = momentum**2 if recipe.nesterov else momentum
        felt = (
            share * product.buffer - recipe.lr * pull * product.theta if momentum else -recipe.lr * pull * product.theta
        )
        back = recipe.weight_decay * felt
        factor = self.factor(batch.stop - batch.start)
        for x, _ in self.pieces(batch, order):
            back += factor * (x.T @ (x @ felt))
        product.buffer = momentum * product.buffer - recipe.lr * carry * product.theta
        product.theta = product.theta + back

    def hessian(self) -> Matrix:
        """Hessian of the loss over all samples for one output, without weight decay."""
        return self.factor(self.problem.samples) * self.gram(slice(0, self.problem.samples))

    def gram(self, batch: slice) -> Matrix:
        """X'X of a batch, X with its ones: (features + 1) square."""
        return np.asarray(sum(x.T @ x for x, _ in self.pieces(batch)))


def row_space(system: System) -> Matrix:
    """Find an orthonormal basis ((features + 1) x rank) of what the samples, with their 1, span.

    From X'X in float64, all columns of X scaled to length 1: beside a long column, a short one's eigenvalue is as small as
    rounding, and yet it is trained. So scaled, what is zero comes out at up to 1.3 size eps max, of either sign. Backends have
    code of their own for it (`row_space.py`), on purpose.
    """
    gram = system.gram(slice(0, system.problem.samples))
    lengths = np.sqrt(np.diag(gram))
    lengths = np.where(lengths > 0, lengths, 1.0)
    values, vectors = np.linalg.eigh(gram / lengths / lengths[:, None])
    real = values > _NOISE * system.size * np.finfo(np.float64).eps * values[-1]
    return np.asarray(np.linalg.qr(vectors[:, real] * lengths[:, None]).Q)


class Powers:
    """Any number of epochs in fixed order at once, after the first: powers of the epoch's map.

    Where no sample points, nothing happens but weight decay. The map has eigenvalues of 1 there, give or take rounding,
    which a high power would make anything of: so powers are taken of what the map does within the span of the samples.
    """

    def __init__(self, system: System) -> None:
        """Compose the epoch's map."""
        outputs, parts = system.problem.outputs, 2 if system.recipe.momentum else 1
        basis = row_space(system)
        inside = np.zeros((parts * system.size + outputs, parts * basis.shape[1] + outputs))
        for part in range(parts):
            rows, columns = (slice(part * size, (part + 1) * size) for size in basis.shape)
            inside[rows, columns] = basis
        inside[parts * system.size :, parts * basis.shape[1] :] = np.eye(outputs)
        self._basis, self._map = inside, inside.T @ system.epoch_map() @ inside
        self._system, self._parts = system, parts
        self._kept: tuple[int, Matrix, Matrix] | None = None

    def after(self, state: Matrix, epochs: int) -> Matrix:
        """Take that many epochs from a state, as `System.epoch_map` takes one."""
        inside = self._basis.T @ state
        outside = (state - self._basis @ inside)[: -state.shape[1]].reshape(self._parts, -1)
        power, fading = self._power(epochs)
        faded = fading @ outside
        moved = self._basis @ (power @ inside)
        moved[: -state.shape[1]] += faded.reshape(-1, state.shape[1])
        return np.asarray(moved)

    def _power(self, epochs: int) -> tuple[Matrix, Matrix]:
        """Raise the map within the span and that outside of it; equal numbers of epochs in a row share their powers."""
        if self._kept is None or self._kept[0] != epochs:
            fading = matrix_power(self._decay(), epochs * len(self._system.batches))
            self._kept = epochs, matrix_power(self._map, epochs), fading
        return self._kept[1:]

    def _decay(self) -> Matrix:
        """Lay out a step where no sample points, on weights over buffer, if any."""
        theta, buffer = np.eye(2, self._parts)[:, None]
        unit = State(theta, buffer, fresh=False)
        self._system.advance(unit, np.zeros((1, self._parts)))
        return np.vstack([unit.theta, unit.buffer])[: self._parts]
