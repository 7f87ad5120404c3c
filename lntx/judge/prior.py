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

from lntx.constraints import Freedom, Variance
from lntx.judge.special import Numbers, digamma, tetragamma, trigamma

FLOOR = 5e-4**2
"""The least variance of a pair's score that is believed: 0.05 % are in the placing of a process alone."""
FEWEST = 2
"""Fewer variances than these give no prior."""
MOST = 5.0
"""The most degrees of freedom of a prior: that of benchmarks whose deviations lie between 1 and 3 %."""
_QUARTILE = 0.75
_ALIKE = 0.01  # excess variance of logarithms below which benchmarks can't be told apart


@dataclass(frozen=True, slots=True)
class Prior:
    """As if `dof` more pairs had been seen, which differed by `variance` (of logarithms of ratios)."""

    variance: Variance
    dof: Freedom


def fit_prior(variances: Numbers, dofs: Numbers) -> tuple[Numbers, Numbers]:
    """Fit each benchmark's prior to the variances of the others: its variance and degrees of freedom, one of each a benchmark.

    With fewer than two others there is none (0 degrees of freedom). A prior never weighs more than the number of variances
    on which it rests, nor more than five: the moments of a few that look alike by chance say that all have the same variance,
    and the one that hasn't would raise false alarms. A benchmark's own is left out of its prior: where four pairs agree by
    chance, as processes that come in two kinds sometimes do, it would make the others' word count for less.
    """
    known = dofs > 0
    half = np.where(known, dofs, 1.0) / 2
    logs = np.where(known, np.log(np.maximum(variances, FLOOR)) - digamma(half) + np.log(half), 0.0)
    count = _others(known)
    some = np.maximum(count, 1)
    center = _others(logs) / some
    spread = (_others(logs**2) - count * center**2) / np.maximum(count - 1, 1)
    excess = spread - _others(known * trigamma(half)) / some
    alike = excess <= _ALIKE
    dof = np.minimum(2 * _trigamma_inverse(np.maximum(excess, _ALIKE)), np.minimum(count, MOST))
    dof = np.where(count >= FEWEST, dof, 0.0)
    shift = np.where(
        alike | (dof <= 0), 0.0, digamma(np.maximum(dof, _ALIKE) / 2) - np.log(np.maximum(dof, _ALIKE) / 2)
    )
    return np.exp(center + shift), dof


def upper_quartile(variances: Numbers) -> Numbers:
    """Return for each benchmark the upper quartile of all variances, rounded up: of four or fewer it is the largest."""
    found = np.quantile(variances, _QUARTILE, axis=-1, keepdims=True, method="higher") if variances.size else variances
    return np.broadcast_to(found, variances.shape)


def _others(values: Any) -> Numbers:
    """Sum over the last axis, for each place over all but itself."""
    return np.asarray(values.sum(axis=-1, keepdims=True) - values, float)


def joined(variance: Numbers, dof: Numbers, known: Sequence[Prior | None]) -> tuple[Numbers, Numbers]:
    """Join what this run's benchmarks say of all with what is known of each from before; one number for each."""
    own = np.array([(prior.variance, prior.dof) if prior else (FLOOR, 0.0) for prior in known]).reshape(-1, 2)
    return moderated(own[:, 0], own[:, 1], variance, dof)


def moderated(variances: Numbers, dofs: Numbers, prior: Numbers, prior_dofs: Numbers) -> tuple[Numbers, Numbers]:
    """Join variances with what was known before; give the variances, and the degrees of freedom of their t."""
    total = dofs + prior_dofs
    joined = (dofs * variances + prior_dofs * prior) / np.where(total > 0, total, 1.0)
    return np.maximum(joined, FLOOR), total


def _trigamma_inverse(values: Numbers) -> Numbers:
    """Solve trigamma(x) = value by Newton's method, which from this start converges from below (Smyth 2004, appendix)."""
    x = 0.5 + 1 / values
    for _ in range(8):
        slope = trigamma(x)
        x += slope * (1 - slope / values) / tetragamma(x)
    return np.asarray(x)
