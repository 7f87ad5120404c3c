"""How errors fare in an epoch, at many learning rates at once: spectral radii in fixed order, growth in drawn orders.

The state of an epoch's map is the weights over the momentum buffer times lr (the companion form), in coordinates of the
rows of X with their 1: where no sample points, nothing moves but by weight decay, which is one direction for all. So
lr stands beside the Hessians alone, whatever the data's scale, and no eigenvalue of 1 hides behind rounding.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.linalg import eigvals
from numpy.typing import NDArray

from lntx.training.linear.affine import Order, System, row_space
from lntx.training.linear.matrices import Matrix, length, seconds_of

Truths = NDArray[np.bool_]

_GONE = 1e-3  # an error this small grows no more
_AT_ONCE = 32  # rates
_QUICK_S = 0.1
_ROUNDING = 1e-8  # a radius of 1 comes out of eigvals as 1 give or take this
_KEPT = 2**22  # numbers of X in these coordinates
_PROBES = 4  # errors that are followed
_STEPS = 4800  # that errors are followed through, or eight epochs; momentum of 0.99 alone remembers hundreds
_GROWN = 1.0  # the logarithm of a growth between two quarters of them that is no fluctuation


@dataclass(frozen=True, eq=False)
class Epochs:
    """A problem's epochs under a recipe, at learning rates of the asker's choice.

    probed: by following some errors through the first epochs, as needs be in drawn orders, and is cheaper where the
    eigenvalues of a large map would cost too much.
    """

    system: System
    probed: bool

    @cached_property
    def _inputs(self) -> Matrix:
        """X (samples x rank) in an orthonormal basis of its rows, and a column of zeros for all other directions."""
        basis = row_space(self.system)
        parts = [x @ basis for x, _ in self.system.pieces(slice(0, self.system.problem.samples))]
        inputs = np.vstack(parts)
        others = self.system.recipe.weight_decay and basis.shape[1] < self.system.size
        return np.pad(inputs, ((0, 0), (0, 1))) if others else inputs

    @property
    def height(self) -> int:
        """Rows of the state."""
        return int(self._inputs.shape[1]) * (2 if self.system.recipe.momentum else 1)

    @property
    def _epochs(self) -> int:
        """How many epochs errors are followed through: the fewer, the more steps each has."""
        return 4 * max(2, _STEPS // (4 * len(self.system.batches)))

    @cached_property
    def _orders(self) -> list[Order]:
        return [self.system.recipe.order(epoch, self.system.problem.samples) for epoch in range(self._epochs)]

    def seconds(self, rates: float) -> float:
        """Guess roughly how long that many rates take; infinite where X is too large to be kept."""
        system = self.system
        if system.problem.samples * system.size > _KEPT:
            return np.inf
        height = system.size * (2 if system.recipe.momentum else 1)
        columns, epochs = (min(_PROBES, height), self._epochs) if self.probed else (height, 1)
        flops = 4.0 * system.problem.samples * system.size * columns * epochs + (0 if self.probed else 25.0 * height**3)
        return seconds_of(4 * epochs * len(system.batches) * max(1, rates / _AT_ONCE), rates * flops)

    @property
    def at_once(self) -> int:
        """How many rates to try together: many where a rate costs little more than a call, few where it is dear."""
        return int(np.clip(_QUICK_S / self.seconds(1), 4, _AT_ONCE))

    def excess(self, rates: Matrix) -> Matrix:
        """Return how far beyond stability each rate is, or short of it where negative.

        By the spectral radius of the epoch's map, less 1; probed, by the logarithm of what an error grows by, between
        the second and the last quarter of the recipe's own first epochs. Infinite where it overflows.
        """
        measure = self._growth if self.probed else self._radius
        blocks = np.split(rates, range(_AT_ONCE, len(rates), _AT_ONCE))
        with np.errstate(all="ignore"):  # what overflows has diverged
            return np.concatenate([measure(block) for block in blocks])

    @property
    def limit(self) -> float:
        """The excess up to which it is rounding, or fluctuation from order to order."""
        return _GROWN if self.probed else _ROUNDING

    def stable(self, rates: Matrix) -> Truths:
        """Tell which rates are stable."""
        return np.asarray(self.excess(rates) <= self.limit)

    def _radius(self, rates: Matrix) -> Matrix:
        height = self.height
        states = np.tile(np.eye(height), (1, len(rates)))
        self._sweep(states, np.repeat(rates, height), None)
        maps = states.reshape(height, len(rates), height).transpose(1, 0, 2)
        finite = np.isfinite(maps).all(axis=(1, 2))
        radii = np.full(len(rates), np.inf)
        radii[finite] = np.abs(eigvals(maps[finite])).max(axis=1)
        return np.asarray(radii - 1)

    def _growth(self, rates: Matrix) -> Matrix:
        columns = min(_PROBES, self.height)
        probes = np.random.default_rng(0).standard_normal((self.height, columns))
        states, sizes = np.tile(probes, (1, len(rates))), np.zeros((self._epochs, len(rates)))
        for epoch, order in enumerate(self._orders):
            self._sweep(states, np.repeat(rates, columns), order)
            grown = np.sqrt(np.square(states).reshape(self.height, len(rates), columns).sum(axis=(0, 2)))
            states /= np.repeat(np.maximum(grown, 1e-300), columns)
            sizes[epoch] = np.log(np.maximum(grown, 1e-300))
        quarters = np.cumsum(sizes, axis=0).reshape(4, -1, len(rates)).mean(axis=1)
        return np.asarray(np.nan_to_num(quarters[3] - quarters[1], nan=np.inf))

    def _sweep(self, states: Matrix, rates: Matrix, order: Order) -> None:
        """Take the steps of an epoch on the columns of the states, in place, each at its own rate."""
        recipe, rank = self.system.recipe, self._inputs.shape[1]
        theta, buffer = states[:rank], states[rank:]
        for batch in self.system.batches:
            x = self._inputs[batch if order is None else order[batch]]
            pushed = x.T @ (x @ theta) if len(x) < rank else (x.T @ x) @ theta
            push = self.system.factor(len(x)) * pushed + recipe.weight_decay * theta
            push *= rates
            if recipe.momentum:
                buffer *= recipe.momentum
                buffer += (1 - recipe.dampening) * push
                push = push + recipe.momentum * buffer if recipe.nesterov else buffer
            theta -= push


def first_crossing(epochs: Epochs, stable: float, ceiling: float, ratio: float) -> float:
    """Find the end of the first interval of stable rates, from one up to which all are stable, to 1 in 10,000.

    Rates are tried in a geometric row of that ratio up to the first unstable one, or to the ceiling, which is known to
    be unstable; where the row has a peak that may pass stability between two rates, it is looked at more closely. What
    lies between two rates of the row without showing in their values is missed.
    """
    known, excess = np.array([stable]), epochs.excess(np.array([stable]))
    ahead = ratio ** np.arange(1.0, epochs.at_once + 1)
    while True:
        more = np.minimum(known[-1] * ahead, ceiling)
        known, excess = np.append(known[-2:], more), np.append(excess[-2:], epochs.excess(more))
        known, excess = _with_peaks(epochs, known, excess, epochs.limit)
        beyond = np.flatnonzero((excess > epochs.limit) | (known >= ceiling))
        if len(beyond):
            return _bisected(epochs, known[max(beyond[0] - 1, 0)], known[beyond[0]])


def _with_peaks(epochs: Epochs, rates: Matrix, excess: Matrix, limit: float) -> tuple[Matrix, Matrix]:
    """Add rates around each peak which, were it as steep again as it shows, would be unstable."""
    inner = excess[1:-1]
    with np.errstate(invalid="ignore"):  # infinite beside infinite is no peak
        rise = np.maximum(inner - excess[:-2], inner - excess[2:])
    peaks = 1 + np.flatnonzero(
        (inner >= excess[:-2]) & (inner >= excess[2:]) & (inner <= limit) & (inner + 2 * rise > limit)
    )
    if not len(peaks):
        return rates, excess
    between = np.concatenate([np.geomspace(rates[peak - 1], rates[peak + 1], 17)[1:-1] for peak in peaks])
    rates, excess = np.append(rates, between), np.append(excess, epochs.excess(between))
    _, order = np.unique(rates, return_index=True)
    return rates[order], excess[order]


def _bisected(epochs: Epochs, stable: float, unstable: float) -> float:
    while unstable > 1.0001 * stable:
        between = np.geomspace(stable, unstable, 2 + max(1, epochs.at_once // 4))[1:-1]
        beyond = np.flatnonzero(~epochs.stable(between))
        first = beyond[0] if len(beyond) else len(between)
        stable, unstable = (
            between[first - 1] if first else stable,
            between[first] if first < len(between) else unstable,
        )
    return float(stable)


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
        """Return the largest factor over 1, 2, 3, 4, 6, 8, 12, ... epochs, up to the first of these not below; at least 1."""
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
