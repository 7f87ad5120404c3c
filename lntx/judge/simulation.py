"""Simulations of the rules: thousands of suites with known truths, judged as a gate would judge them.

What goes in are the scores of pairs, made up or taken from stored gates, so that the error rates which the rules promise
can be counted, and anybody can count them again. Each kind of made-up noise takes a random generator and a shape (suites,
benchmarks, pairs) and gives scores around 0. In both arms the same happens, so all are symmetric; the typical deviation is
1.9 %, as measured on a shared machine.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lntx.judge import group_sequential
from lntx.judge.prior import Prior, fit_prior, joined, upper_quartile
from lntx.judge.special import Numbers
from lntx.result import Rules

Shape = tuple[int, int, int]
Noise = Callable[[np.random.Generator, Shape], Numbers]

DEVIATION = 0.019
_QUADS, _TIE = 8, 0.8  # quads of a pair, and how much of a quad's noise lives on in the next
_COMMON = 0.6  # of the variance
_SLOW, _CALM = 0.2, 0.003  # share of processes that come out slow, and the noise beside that
_EVEN = 0.5


def normal(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Return normal noise."""
    return rng.normal(0, DEVIATION, shape)


def heavy(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Return Student's t with 3 degrees of freedom: now and then a pair is far off."""
    return np.asarray(rng.standard_t(3, shape) * (DEVIATION / np.sqrt(3)))


def quads(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Return eight quads a pair, on a further axis: what the pair has for its own, and what lives on for some quads."""
    own = rng.normal(0, DEVIATION, shape)
    parts = [rng.normal(0, DEVIATION / 2, shape)]
    for _ in range(_QUADS - 1):
        parts.append(_TIE * parts[-1] + np.sqrt(1 - _TIE**2) * rng.normal(0, DEVIATION / 2, shape))
    return np.asarray(own[..., None] + np.stack(parts, axis=-1))


def tied(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Return the medians of quads that resemble those before them."""
    return np.asarray(np.median(quads(rng, shape), axis=-1))


def bimodal(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Return what comes of processes that are fast or slow from their start: scores lie in three heaps."""
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
    """Return normal noise with another deviation for each benchmark, between 1 and 3 %."""
    return np.asarray(rng.normal(0, 1, shape) * rng.uniform(0.01, 0.03, shape[:2])[..., None])


def shared(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Return normal noise most of which hits all benchmarks of a pair alike, as they share its processes."""
    common, own = rng.normal(0, 1, (shape[0], 1, shape[2])), rng.normal(0, 1, shape)
    return np.asarray(DEVIATION * (np.sqrt(_COMMON) * common + np.sqrt(1 - _COMMON) * own))


def wild(rng: np.random.Generator, shape: Shape) -> Numbers:
    """Return normal noise of 1 %, but 3 % for one benchmark of each suite."""
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


Outcomes = npt.NDArray[np.int_]
SLOWDOWNS = (0.0, 0.01, 0.03, 0.05, 0.10)
_HEADINGS = (
    "noise of a pair",
    "slower by",
    "suites with `slower`",
    "`slower`",
    "`same`",
    "inconclusive",
    "pairs",
    "intervals that hold the truth",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of each benchmark of each suite: arrays of suites x benchmarks, bounds are those of the interval shown."""

    outcomes: Outcomes
    pairs: Outcomes
    low: Numbers
    high: Numbers

    def share(self, outcome: int) -> float:
        """Share of the benchmarks with an outcome."""
        return float(np.mean(self.outcomes == outcome))

    def suites(self, outcome: int) -> float:
        """Share of the suites in which any benchmark has an outcome."""
        return float(np.mean((self.outcomes == outcome).any(axis=1)))

    def coverage(self, truth: float) -> float:
        """Share of the intervals that hold the true logarithm of the ratio."""
        return float(np.mean((self.low <= truth) & (truth <= self.high)))


def trial(values: Numbers, rules: Rules, known: Prior | None = None, sure: int = group_sequential.SURE_PAIRS) -> Trial:
    """Judge suites by the scores of their pairs (suites x benchmarks x pairs), look by look, as a `SequentialTest` does.

    `known` is what was known before of every benchmark, `sure` from how many scores on it vouches for its own variance.
    """
    suites, benchmarks, _ = values.shape
    shape = (suites, benchmarks)
    outcomes, pairs = np.zeros(shape, int), np.zeros(shape, int)
    variances, counts = np.zeros(shape), np.zeros(shape)
    low, high = np.zeros(shape), np.zeros(shape)
    tail = (1 - group_sequential.CONFIDENCE) / 2
    for look in rules.looks:
        left = outcomes == group_sequential.OPEN
        seen = values[left][:, :look]
        variances[left], counts[left] = seen.var(axis=1, ddof=1), look
        prior, dofs = joined(*fit_prior(variances, counts - 1), [known] * benchmarks)
        doubt = upper_quartile(variances)
        spreads, numbers, before, weights, doubts = (part[left] for part in (variances, counts, prior, dofs, doubt))
        found = group_sequential.estimates(seen.mean(axis=1), spreads, numbers, before, weights, doubts, sure)
        low[left], high[left], pairs[left] = found.low(tail), found.high(tail), look
        outcomes[left] = group_sequential.decided(found, rules, benchmarks, last=look == rules.cap)
    return Trial(outcomes, pairs, low, high)


def offset(
    rng: np.random.Generator,
    noise: str,
    suites: int,
    benchmarks: int,
    runners: int,
    pairs: int,
    deviation: float,
    kind: str = "normal",
) -> Numbers:
    """Make up the scores of suites that several runners measured: suites x benchmarks x runners x pairs.

    Each runner has an offset of its own for each benchmark, of that deviation, that stays through all of its pairs. It is of any
    kind that noise has.
    """
    found = NOISES[noise](rng, (suites, benchmarks, runners * pairs)).reshape(suites, benchmarks, runners, pairs)
    stays = NOISES[kind](rng, (suites, benchmarks, runners)) * (deviation / DEVIATION)
    return np.asarray(found + stays[..., None])


def joined_trial(values: Numbers, rules: Rules) -> Trial:
    """Judge suites by the scores of several runners (suites x benchmarks x runners x pairs), as joined parts are judged."""
    means = values.mean(axis=-1)
    return trial(means, replace(rules, looks=(means.shape[-1],)), sure=group_sequential.SURE_RUNNERS)


@dataclass(frozen=True, slots=True)
class Row:
    """What the rules say of one kind of noise and one slowdown; shares, and the mean number of pairs."""

    noise: str
    slowdown: float
    suites: float
    slower: float
    same: float
    inconclusive: float
    pairs: float
    coverage: float


def rows(
    rules: Rules,
    suites: int = 2000,
    benchmarks: int = 12,
    slowdowns: Sequence[float] = SLOWDOWNS,
    kinds: Iterable[str] = NOISES,
    seed: int = 0,
) -> Iterator[Row]:
    """Try the rules on suites with each kind of noise, all of whose benchmarks are slower by the same fraction."""
    for kind in kinds:
        values = NOISES[kind](np.random.default_rng(seed), (suites, benchmarks, rules.cap))
        for slowdown in slowdowns:
            truth = float(np.log1p(slowdown))
            found = trial(values + truth, rules)
            yield Row(
                noise=kind,
                slowdown=slowdown,
                suites=found.suites(group_sequential.SLOWER),
                slower=found.share(group_sequential.SLOWER),
                same=found.share(group_sequential.SAME),
                inconclusive=found.share(group_sequential.OPEN),
                pairs=float(found.pairs.mean()),
                coverage=found.coverage(truth),
            )


def markdown(found: Iterable[Row]) -> str:
    """Lay rows out as a Markdown table."""
    lines = [_HEADINGS, ("---",) * len(_HEADINGS), *map(_cells, found)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    shares = (row.suites, row.slower, row.same, row.inconclusive, row.coverage)
    suites, slower, same, inconclusive, coverage = (f"{share:.2%}" for share in shares)
    return row.noise, f"{row.slowdown:.0%}", suites, slower, same, inconclusive, f"{row.pairs:.1f}", coverage
