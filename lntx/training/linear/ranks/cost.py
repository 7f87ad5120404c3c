"""What ranks cost and bring, as a model: what a sum takes, a rank's own part of a step, and from which size on they pay.

A sum over all ranks takes a latency, and a time for each byte; a rank's part of a step takes a time for itself, and one for each
number of X that it reads. Both lines are fitted to measured times. What follows from them is a prediction, and is called so
wherever it stands beside a time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lntx.errors import InputError

_FEWEST = 2  # points of a line
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
class Costs:
    """What so many ranks take: for a sum, by its bytes, and each for its part of a step, by the numbers of X that it reads."""

    ranks: int
    sums: Line
    steps: Line

    def step_s(self, batch: int, features: int, outputs: int = 1, item_bytes: int = 4) -> float:
        """Predict the seconds of a step of a batch that is dealt out to all ranks."""
        own = math.ceil(batch / self.ranks) * features * outputs
        return self.steps.at(own) + (self.sums.at(sent(features, outputs, item_bytes)) if self.ranks > 1 else 0.0)

    def delayed(self, seconds: float) -> "Costs":
        """Return what they take where each sum takes longer, as between machines."""
        return Costs(self.ranks, Line(self.sums.start_s + seconds, self.sums.each_s), self.steps)

    def pays_from(self, features: int, outputs: int = 1, item_bytes: int = 4) -> int | None:
        """Predict the smallest batch from which these ranks take a step sooner than one would, as fast as each; None for no such.

        One rank reads all of the batch and sums nothing: (1 - 1/ranks) of the reading must be worth a sum.
        """
        saved = self.steps.each_s * features * outputs * (1 - 1 / self.ranks)
        if self.ranks < 2 or saved <= 0:  # noqa: PLR2004  (one is no help to itself)
            return None
        rows = self.sums.at(sent(features, outputs, item_bytes)) / saved
        return math.ceil(rows) if rows < _FURTHEST else None


def sent(features: int, outputs: int, item_bytes: int = 4) -> int:
    """Return the bytes of a gradient: of the weights (outputs x features) and the bias."""
    return outputs * (features + 1) * item_bytes


def line(points: Sequence[tuple[float, float]]) -> Line:
    """Fit a line to (size, seconds) by least squares of the relative errors, neither part below 0.

    InputError for fewer than two sizes, or for times that are none.
    """
    sizes, seconds = (np.array(values, float) for values in zip(*points, strict=True)) if points else (np.empty(0),) * 2
    if len(set(sizes.tolist())) < _FEWEST or not (np.isfinite(seconds).all() and (seconds > 0).all()):
        raise InputError("a line takes times above 0 at two sizes or more")
    columns = np.stack([1 / seconds, sizes / seconds], axis=1)
    (start, each), *_ = np.linalg.lstsq(columns, np.ones(len(sizes)), rcond=None)
    if start < 0:
        start, each = 0.0, _alone(columns[:, 1])
    elif each < 0:
        start, each = _alone(columns[:, 0]), 0.0
    return Line(float(start), float(each))


def _alone(column: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
    """Fit one coefficient, where the other would be negative."""
    return float(column.sum() / (column @ column))
