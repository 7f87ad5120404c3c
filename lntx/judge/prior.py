"""What the variances of many benchmarks tell of each: an empirical Bayes prior for the variance between pairs.

Four pairs say little of how much pairs differ, but a dozen benchmarks on the same machine say much together. Their variances
are taken as drawn from a scaled inverse chi-square distribution with `dof` degrees of freedom around `variance`, whose two
numbers are fitted by the method of moments on the logarithms (Smyth 2004, "Linear models and empirical Bayes methods",
section 6.2). A benchmark's own variance is then moved towards it, and its t has that many more degrees of freedom.
All functions take arrays whose last axis are the benchmarks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, polygamma

Numbers = npt.NDArray[np.float64]

FLOOR = 5e-4**2
"""The least variance of a pair's score that is believed: 0.05 % are in the placing of a process alone."""
FEWEST = 3
"""Fewer variances than these give no prior."""


@dataclass(frozen=True, slots=True)
class Prior:
    """As if `dof` more pairs had been seen, which differed by `variance` (of logarithms of ratios)."""

    variance: float
    dof: float


def fitted(variances: Numbers, dofs: Numbers) -> tuple[Numbers, Numbers]:
    """Fit the prior's variance and degrees of freedom; 0 of them where there are fewer than three variances.

    A prior never weighs more than the number of the other variances on which it rests: with few benchmarks that look
    alike by chance, the moments say that all have the same variance, and the one that hasn't would raise false alarms.
    """
    known = dofs > 0
    count = known.sum(axis=-1)
    half = np.where(known, dofs, 1.0) / 2
    logs = np.log(np.maximum(variances, FLOOR)) - digamma(half) + np.log(half)
    center = _mean(logs, known)
    spread = _mean((logs - center[..., None]) ** 2, known) * count / np.maximum(count - 1, 1)
    excess = spread - _mean(polygamma(1, half), known)
    most = np.maximum(count - 1.0, 1.0)
    dof = np.minimum(np.where(excess > 0, 2 * _trigamma_inverse(np.maximum(excess, 1e-6)), np.inf), most)
    shift = np.where(excess > 0, digamma(dof / 2) - np.log(dof / 2), 0.0)
    enough = count >= FEWEST
    return np.where(enough, np.exp(center + shift), FLOOR), np.where(enough, dof, 0.0)


def joined(variance: Numbers, dof: Numbers, known: Sequence[Prior | None]) -> tuple[Numbers, Numbers]:
    """Join what this run's benchmarks say of all with what is known of each from before; one number for each."""
    own = np.array([(prior.variance, prior.dof) if prior else (FLOOR, 0.0) for prior in known]).reshape(-1, 2)
    return moderated(own[:, 0], own[:, 1], variance, dof)


def moderated(variances: Numbers, dofs: Numbers, prior: Numbers, prior_dofs: Numbers) -> tuple[Numbers, Numbers]:
    """Join variances with what was known before; give the variances, and the degrees of freedom of their t."""
    total = dofs + prior_dofs
    joined = (dofs * variances + prior_dofs * prior) / np.where(total > 0, total, 1.0)
    return np.maximum(joined, FLOOR), total


def _mean(values: Numbers, known: npt.NDArray[np.bool_]) -> Any:
    return (values * known).sum(axis=-1) / np.maximum(known.sum(axis=-1), 1)


def _trigamma_inverse(values: Numbers) -> Numbers:
    """Solve trigamma(x) = value by Newton's method, which from this start converges from below (Smyth 2004, appendix)."""
    x = 0.5 + 1 / values
    for _ in range(8):
        slope = polygamma(1, x)
        x += slope * (1 - slope / values) / polygamma(2, x)
    return np.asarray(x)
