"""Made-up noise for trials of the rules: scores of pairs in which both arms ran the same code.

Each kind takes a random generator and a shape (suites, benchmarks, pairs) and gives scores around 0. In both arms the same
happens, so all are symmetric; the typical deviation is 1.9 %, as measured on a shared machine.
"""

from collections.abc import Callable, Mapping

import numpy as np

from lntx.judge.prior import Numbers

Shape = tuple[int, int, int]
Noise = Callable[[np.random.Generator, Shape], Numbers]

DEVIATION = 0.019
_QUADS, _TIE = 8, 0.8  # quads of a pair, and how much of a quad's noise lives on in the next
_COMMON = 0.6  # of the variance
_SLOW, _CALM = 0.2, 0.003  # share of processes that come out slow, and the noise beside that
_EVEN = 0.5


def normal(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Give normal noise."""
    return rng.normal(0, DEVIATION, shape)


def heavy(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Give Student's t with 3 degrees of freedom: now and then a pair is far off."""
    return np.asarray(rng.standard_t(3, shape) * (DEVIATION / np.sqrt(3)))


def quads(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Give eight quads a pair, on a further axis: what the pair has for its own, and what lives on for some quads."""
    own = rng.normal(0, DEVIATION, shape)
    parts = [rng.normal(0, DEVIATION / 2, shape)]
    for _ in range(_QUADS - 1):
        parts.append(_TIE * parts[-1] + np.sqrt(1 - _TIE**2) * rng.normal(0, DEVIATION / 2, shape))
    return np.asarray(own[..., None] + np.stack(parts, axis=-1))


def tied(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Give the medians of quads that resemble those before them."""
    return np.asarray(np.median(quads(rng, shape), axis=-1))


def bimodal(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Give what comes of processes that are fast or slow from their start: scores lie in three heaps."""
    step = DEVIATION / np.sqrt(2 * _SLOW * (1 - _SLOW))
    slow = [(rng.random(shape) < _SLOW) * step for _ in ("base", "head")]
    return np.asarray(slow[1] - slow[0] + rng.normal(0, _CALM, shape))


def mixed(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Give calm noise to half of a suite; the other half's processes are fast or slow, one as likely as the other.

    Four pairs of one of those all agree in one suite of sixty or so, and the calm half's variances then vouch for it.
    """
    step = DEVIATION * np.sqrt(2) * (np.arange(shape[1]) % 2 == 0)[:, None]
    slow = [(rng.random(shape) < _EVEN) * step for _ in ("base", "head")]
    return np.asarray(slow[1] - slow[0] + rng.normal(0, _CALM, shape))


def unlike(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Give normal noise with another deviation for each benchmark, between 1 and 3 %."""
    return np.asarray(rng.normal(0, 1, shape) * rng.uniform(0.01, 0.03, shape[:2])[..., None])


def shared(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Give normal noise most of which hits all benchmarks of a pair alike, as they share its processes."""
    common, own = rng.normal(0, 1, (shape[0], 1, shape[2])), rng.normal(0, 1, shape)
    return np.asarray(DEVIATION * (np.sqrt(_COMMON) * common + np.sqrt(1 - _COMMON) * own))


def wild(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Give normal noise of 1 %, but 3 % for one benchmark of each suite."""
    return np.asarray(rng.normal(0, 1, shape) * np.where(np.arange(shape[1]) == 0, 0.03, 0.01)[:, None])


NOISES: Mapping[str, Noise] = {
    "normal": normal,
    "t with 3 degrees of freedom": heavy,
    "quads that resemble each other": tied,
    "fast and slow processes": bimodal,
    "half the suite fast and slow": mixed,
    "deviations of 1 to 3 %": unlike,
    "noise that the suite shares": shared,
    "one three times as noisy": wild,
}
