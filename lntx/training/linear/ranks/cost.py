"""What ranks cost and bring, as a model: what a sum takes, a rank's own part of a step, and from which size on they pay.

A sum over all ranks takes a latency, and a time for each byte; a rank's part of a step takes a time for itself, one for each of
its samples (a residual, a target), and one for each number of X that it reads. All are fitted at once to measured steps: where
ranks share a machine's cores, neither is what it is without the other. What follows from them is a prediction, and is called so
wherever it stands beside a time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lntx.errors import InputError

_FURTHEST = 1e12  # rows of a batch that nobody has


@dataclass(frozen=True, slots=True)
class Line:
    """Seconds as a constant and a slope: start_s + each_s * size."""

    start_s: float
    each_s: float

    def at(self, size: float) -> float:
        """Return the seconds at a size."""
        return self.start_s + self.each_s * size


@dataclass(frozen=True, slots=True)
class Part:
    """Seconds of a rank's part of a step: start_s + rows * row_s + rows * columns * number_s."""

    start_s: float
    row_s: float
    number_s: float

    def at(self, rows: int, columns: int) -> float:
        """Return the seconds of so many rows."""
        return self.start_s + rows * self.more_s(columns)

    def more_s(self, columns: int) -> float:
        """Return the seconds of one row more."""
        return self.row_s + columns * self.number_s


@dataclass(frozen=True, slots=True)
class Costs:
    """What so many ranks take: for a sum, by its bytes, and each for its part of a step, by its rows and their numbers."""

    ranks: int
    sums: Line
    steps: Part

    def step_s(self, batch: int, features: int, outputs: int = 1, item_bytes: int = 4) -> float:
        """Predict the seconds of a step of a batch that is dealt out to all ranks."""
        own = self.steps.at(math.ceil(batch / self.ranks), features * outputs)
        return own + (self.sums.at(sent(features, outputs, item_bytes)) if self.ranks > 1 else 0.0)

    def delayed(self, seconds: float) -> "Costs":
        """Return what they take where each sum takes longer, as between machines."""
        return Costs(self.ranks, Line(self.sums.start_s + seconds, self.sums.each_s), self.steps)

    def pays_from(self, features: int, outputs: int = 1, item_bytes: int = 4) -> int | None:
        """Predict the smallest batch from which these ranks take a step sooner than one would, as fast as each; None for no such.

        One rank reads all of the batch and sums nothing: (1 - 1/ranks) of the reading must be worth a sum.
        """
        saved = self.steps.more_s(features * outputs) * (1 - 1 / self.ranks)
        if self.ranks < 2 or saved <= 0:  # noqa: PLR2004  (one is no help to itself)
            return None
        rows = self.sums.at(sent(features, outputs, item_bytes)) / saved
        return math.ceil(rows) if rows < _FURTHEST else None


def sent(features: int, outputs: int, item_bytes: int = 4) -> int:
    """Return the bytes of a gradient: of the weights (outputs x features) and the bias."""
    return outputs * (features + 1) * item_bytes


def fitted(points: Sequence[tuple[int, int, float]], ranks: int = 1, alone: Costs | None = None) -> Costs:
    """Fit to steps of one output in float32, as (batch, features, seconds), by least squares of the relative errors.

    Nothing takes less than 0. A step's own time for itself is that of one rank `alone`, and what is left of it the sum's. Raises
    InputError for times that are none, or fewer different shapes than there is to be found.
    """
    own_s = alone.steps.start_s if alone else 0.0
    columns = [_columns(batch, features, ranks) for batch, features, _ in points]
    seconds = [took for *_, took in points]
    if len(set(columns)) < len(_columns(1, 1, ranks)) or not all(math.isfinite(one) and one > own_s for one in seconds):
        raise InputError("a model of ranks takes times above 0, longer than a step for itself, of three shapes or more")
    start_s, row_s, number_s, *byte_s = _nonnegative(columns, [one - own_s for one in seconds], seconds)
    if ranks == 1:
        return Costs(1, Line(0.0, 0.0), Part(own_s + start_s, row_s, number_s))
    return Costs(ranks, Line(start_s, *byte_s), Part(own_s, row_s, number_s))


def _columns(batch: int, features: int, ranks: int) -> tuple[float, ...]:
    rows = math.ceil(batch / ranks)
    own = 1.0, float(rows), float(rows * features)
    return own if ranks == 1 else (*own, float(sent(features, 1)))


def _nonnegative(columns: Sequence[tuple[float, ...]], seconds: Sequence[float], whole: Sequence[float]) -> list[float]:
    """Find what each column costs, errors as parts of the whole time."""
    from scipy.optimize import nnls  # noqa: PLC0415  (half a second, and asked for where ranks are timed)

    weights = 1 / np.array(whole, float)
    relative = np.array(columns) * weights[:, None]
    scale = relative.max(axis=0)
    found, _ = nnls(relative / scale, np.array(seconds, float) * weights)
    return [float(one) for one in found / scale]
