"""Many epochs at once, by powers of one epoch's map: where they lead, and how far an error can grow on the way."""

import numpy as np
from numpy.linalg import matrix_power

from lntx.training.linear.affine import Matrix, State, System, length

_NOISE = 4.0  # three times the most that was seen in 400 matrices of low rank
_GONE = 1e-3  # an error this small grows no more


def row_space(system: System) -> Matrix:
    """Find an orthonormal basis ((features + 1) x rank) of what the samples, with their 1, span.

    From X'X in float64, all columns of X scaled to length 1: beside a long column, a short one's eigenvalue is as small as
    rounding, and yet it is trained. So scaled, what is zero comes out at up to 1.3 size eps max, of either sign. Backends have
    code of their own for it (`span`), on purpose.
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


class Growth:
    """How far an error of the weights can grow over whole epochs of the same order, before stability makes it fade.

    The powers of a map that isn't normal (momentum's never is, nor a product of several steps) may grow before they fade, even
    where its spectral radius is below 1 (Trefethen and Embree, Spectra and Pseudospectra, 2005, chapter 14).
    """

    def __init__(self, maps: Matrix, size: int) -> None:
        """Take the linear map of an epoch, whose first `size` rows are the weights, or a stack of those of single weights."""
        self._size, self._power, self._reached = size, maps, 1
        self._norms = {1: self._norm(maps)}

    def until(self, epochs: int) -> float:
        """Give the largest factor over 1, 2, 3, 4, 6, 8, 12, ... epochs, up to the first of these not below; at least 1."""
        with np.errstate(over="ignore", invalid="ignore"):
            while self._reached < epochs and _GONE < np.abs(self._power).max() < np.inf:
                self._double()
        end = min((epoch for epoch in self._norms if epoch >= epochs), default=epochs)
        return max(1.0, *(factor for epoch, factor in self._norms.items() if epoch <= end))

    def _double(self) -> None:
        half, self._power = self._power, self._power @ self._power
        self._norms[3 * self._reached] = self._norm(half @ self._power)
        self._reached *= 2
        self._norms[self._reached] = self._norm(self._power)

    def _norm(self, power: Matrix) -> float:
        if power.ndim == 2:  # noqa: PLR2004  (one map, not a stack)
            return length(power[: self._size, : self._size])
        return float(np.abs(power[:, 0, 0]).max())
