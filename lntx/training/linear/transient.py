"""How far errors grow before stability makes them fade."""

import numpy as np

from lntx.training.linear.matrices import Matrix, length

_GONE = 1e-3  # an error this small grows no more


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
