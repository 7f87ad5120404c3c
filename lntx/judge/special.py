"""The special functions that the judge's statistics take: Student's quantiles, digamma and its derivatives.

SciPy has all of them and is two fifths of an installation, for three functions; so they are here, and held to SciPy's by
`tests/test_judge_special.py`. All take arrays or numbers, and give arrays of the same shape.
"""

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

_ASYMPTOTIC = 12.0  # from here on the series below are exact to the last digits
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
_TINY, _EPSILON = 1e-300, 4e-16
_TERMS, _STEPS = 2000, 100  # more than are ever needed: both loops end once nothing moves
_CLOSE = 1e-10  # of a step, after which the next would move nothing
_NORMAL = 20_000.0  # degrees of freedom, from which on five terms around the normal quantile are exact
_FURTHEST = 700.0  # a logarithm whose exponential is still a number
_HALF, _LOG_2, _LOG_GAMMA_HALF = 0.5, math.log(2), math.lgamma(0.5)


def digamma(x: Any) -> Numbers:
    """Return the logarithmic derivative of the gamma function, for x > 0 (Abramowitz and Stegun 6.3.5, 6.3.18)."""
    large, below = _raised(x, lambda values: 1 / values)
    square = large**-2
    series = sum(number / (2 * k) * square**k for k, number in enumerate(_BERNOULLI, 1))
    return np.asarray(np.log(large) - _HALF / large - series - below)


def trigamma(x: Any) -> Numbers:
    """Return digamma's derivative, for x > 0 (Abramowitz and Stegun 6.4.6, 6.4.12)."""
    large, below = _raised(x, lambda values: values**-2)
    square = large**-2
    series = sum(number * square**k for k, number in enumerate(_BERNOULLI, 1))
    return np.asarray((1 + series) / large + _HALF * square + below)


def tetragamma(x: Any) -> Numbers:
    """Return trigamma's derivative, for x > 0 (Abramowitz and Stegun 6.4.6, 6.4.13)."""
    large, below = _raised(x, lambda values: -2 * values**-3)
    square = large**-2
    series = sum((2 * k + 1) * number * square ** (k + 1) for k, number in enumerate(_BERNOULLI, 1))
    return np.asarray(-square - large**-3 - series + below)


def _raised(x: Any, term: Any) -> tuple[Numbers, Numbers]:
    """Raise each x by whole numbers to where the series hold; give it with the sum of a term over what was passed."""
    large, below = np.array(x, float), np.zeros(np.shape(x))
    while (low := large < _ASYMPTOTIC).any():
        below = below + np.where(low, term(np.where(low, large, 1.0)), 0.0)
        large = np.where(low, large + 1, large)
    return large, below


@lru_cache(maxsize=10_000)
def student_bound(dof: float, level: float) -> float:
    """Return `student_quantile` of one number; a report asks for the same few again and again."""
    return float(student_quantile(dof, level))


def student_quantile(dofs: Any, level: float) -> Numbers:
    """Return what a Student's t variable with so many degrees of freedom (above 0) stays below with a probability of `level`.

    Infinite where that is beyond what a float holds, as it may be with less than one degree of freedom.
    """
    tail = min(level, 1 - level)
    if tail == _HALF:
        return np.zeros(np.shape(dofs))
    found, places = np.unique(np.asarray(dofs, float), return_inverse=True)  # a suite has few different ones
    above = np.where(found > _NORMAL, _near_normal(found, tail), _solved(np.minimum(found, _NORMAL), tail))
    return np.asarray(math.copysign(1.0, level - _HALF) * above[places].reshape(np.shape(dofs)))


def _near_normal(dofs: Numbers, tail: float) -> Numbers:
    """Expand the quantile around the normal one (Abramowitz and Stegun 26.7.5)."""
    z = -NormalDist().inv_cdf(tail)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return np.asarray(sum(term / dofs**k for k, term in enumerate(terms)))


def _solved(dofs: Numbers, tail: float) -> Numbers:
    """Solve P(T > t) = tail by Newton's method on both logarithms.

    There the curve falls and bends downwards throughout, so that the method converges from wherever it starts.
    """
    half = dofs / 2
    log_beta = np.array([math.lgamma(a) + _LOG_GAMMA_HALF - math.lgamma(a + _HALF) for a in half])
    place = np.full(dofs.shape, math.log(-NormalDist().inv_cdf(tail)))
    for _ in range(_STEPS):
        log_tail, log_density = _upper(place, dofs, log_beta)
        step = (log_tail - math.log(tail)) * np.exp(np.minimum(log_tail - log_density, _FURTHEST))
        moved = np.minimum(place + step, _FURTHEST)
        still = not (np.abs(moved - place) > _CLOSE).any()
        place = moved
        if still:
            break
    return np.where(place < _FURTHEST, np.exp(place), np.inf)


def _upper(place: Numbers, dofs: Numbers, log_beta: Numbers) -> tuple[Numbers, Numbers]:
    """Return the logarithms of P(T > t) and of t times the density at t = exp(place).

    The first is half of the regularised incomplete beta function at x = dofs / (dofs + t^2), taken from the end at which its
    continued fraction converges fast.
    """
    half = dofs / 2
    odds = 2 * place - np.log(dofs)  # of 1 - x to x
    whole = np.logaddexp(0.0, odds)
    x, rest = np.exp(-whole), np.exp(odds - whole)
    log_density = -half * whole + (odds - whole) / 2 - log_beta
    turned = x > (half + 1) / (half + 2.5)
    first, second = np.where(turned, _HALF, half), np.where(turned, half, _HALF)
    part = log_density + np.log(_fraction(first, second, np.where(turned, rest, x))) - np.log(first)
    # P(|T| < t) is at most some half where it is computed, so that nothing is lost by taking it from 1.
    log_share = np.where(turned, np.log1p(-np.exp(np.where(turned, part, -1.0))), part)
    return log_share - _LOG_2, log_density


def _fraction(a: Numbers, b: Numbers, x: Numbers) -> Numbers:
    """Evaluate the continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8) as Lentz does."""
    c = np.ones_like(x)
    d = 1 / _apart(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1 / _apart(1 + term * d), _apart(1 + term / c)
            value = value * d * c
        if not (np.abs(d * c - 1) > _EPSILON).any():
            break
    return value


def _apart(values: Numbers) -> Numbers:
    """Keep what is divided by away from zero."""
    return np.where(np.abs(values) < _TINY, _TINY, values)
