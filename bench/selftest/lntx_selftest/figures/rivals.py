"""What a rival's A/A repetitions tell: the threshold that 1 % of suites exceed, and the smallest slowdown that it finds.

A rule says "slower" where head's number is above base's by more than a threshold. With ten or twenty repetitions, the
threshold that one suite in a hundred exceeds can't be read off: it is taken from Student's t distribution around 0, fitted by
maximum likelihood to the log ratios of all benchmarks and repetitions together (heavy tails are what t is for), and a suite's
benchmarks are taken to be independent. How sure that is comes from fitting again to repetitions drawn anew. No threshold
below the largest ratio that was seen would have raised no alarm in these very repetitions, which makes a bound without any
model.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, stdtrit

from lntx_selftest.figures.share import Share

ALARMS, FOUND = 0.01, 0.95
_DRAWS = 200
FEWEST = 3
"""Repetitions, below which no threshold is worth saying."""
_STEPS = 40
_LEAST = 1e-12  # a variance, where all is equal

Numbers = npt.NDArray[np.float64]

_DOFS: Numbers = np.geomspace(1.0, 200.0, 30)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rival's rule: `statistic` of two runs compared. All ratios are head's number over base's, less 1."""

    rival: str
    statistic: str
    repetitions: int
    seconds: float
    alarms: Share
    threshold: float
    smallest: float
    low: float
    high: float
    seen: float


def rule(rival: str, statistic: str, documents: Sequence[Mapping[str, Any]]) -> Rule | None:
    """Judge one rule by its repetitions; None where they are too few. `alarms` are those of a threshold of 5 %."""
    if len(documents) < FEWEST:
        return None
    logs = ratios(documents, statistic)
    threshold, smallest = limits(logs)
    low, high = _bounds(logs)
    largest = float(np.abs(logs).max())
    seconds = [document["seconds"] / logs.shape[1] for document in documents]
    return Rule(
        rival=rival,
        statistic=statistic,
        repetitions=len(documents),
        seconds=float(np.mean(seconds)),
        alarms=Share.counted((logs.max(axis=1) > math.log(1.05)).tolist()),
        threshold=math.expm1(threshold),
        smallest=math.expm1(smallest),
        low=math.expm1(low),
        high=math.expm1(high),
        seen=math.expm1(largest),
    )


def ratios(documents: Sequence[Mapping[str, Any]], statistic: str) -> Numbers:
    """Give the logarithms of head's number over base's: repetitions x benchmarks."""
    names = sorted(documents[0]["base"][statistic])
    return np.array(
        [[math.log(one["head"][statistic][name] / one["base"][statistic][name]) for name in names] for one in documents]
    )


def limits(logs: Numbers) -> tuple[float, float]:
    """Give the threshold that a suite of equal code exceeds in 1 %, and the slowdown found with 95 %, as logarithms."""
    dof, scale = fitted(logs.ravel())
    threshold = scale * float(stdtrit(dof, (1 - ALARMS) ** (1 / logs.shape[1])))
    return threshold, threshold + scale * float(stdtrit(dof, FOUND))


def fitted(values: Numbers) -> tuple[float, float]:
    """Fit Student's t around 0 by maximum likelihood: its degrees of freedom, of a grid, and its scale.

    For each number of degrees of freedom, the scale comes from weighing values down the more, the farther out they lie,
    until it stands (Lange, Little and Taylor 1989).
    """
    squares, dofs = values[None, :] ** 2, _DOFS[:, None]
    variance = np.maximum(squares.mean(axis=1, keepdims=True), _LEAST) * np.ones_like(dofs)
    for _ in range(_STEPS):
        weights = (dofs + 1) / (dofs + squares / variance)
        variance = np.maximum((weights * squares).mean(axis=1, keepdims=True), _LEAST)
    constant = gammaln((dofs + 1) / 2) - gammaln(dofs / 2) - np.log(np.pi * dofs * variance) / 2
    likelihood = (constant - (dofs + 1) / 2 * np.log1p(squares / (dofs * variance))).sum(axis=1)
    best = int(likelihood.argmax())
    return float(_DOFS[best]), math.sqrt(float(variance[best, 0]))


def _bounds(logs: Numbers) -> tuple[float, float]:
    """Give the middle 95 % of what the smallest slowdown would be with repetitions drawn anew."""
    rng = np.random.default_rng(0)
    count = len(logs)
    found = [limits(logs[rng.integers(count, size=count)])[1] for _ in range(_DRAWS)]
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
