"""One full-batch step over data that no cache holds (T4): against the machine's read bandwidth, eager and JAX."""

import statistics
from collections.abc import Sequence
from dataclasses import replace

import lntx
from lntx.report import units
from lntx.targets import Target
from lntx_peers.contest import probes
from lntx_peers.contest.contest import Contest, Outcome, Wanted
from lntx_peers.contest.training import Training, forms
from lntx_peers.contest.turns import Patience

KEYS = ("T4",)
SUITE = "peers_one_step"

_READING = "reading X"
_WANTED = (
    Wanted("T4", "fused", _READING, 0.9, measure="share of the read bandwidth"),
    Wanted("T4", "fused", "jax", 1.5),
    Wanted("T4", "fused", "eager", None),
)
_FEATURES = (10, 100, 1000)
_NUMBERS = 50_000_000  # in X: 200 MB of float32, several times what a last cache of 32 MB holds
_IMPOSSIBLE = 1.1  # of the read bandwidth: nobody reads faster than what only reads, but for a little noise
_EPOCHS = 3  # the time of one step is a third of that of three


def play(_keys: Sequence[str], *, quick: bool) -> Outcome:
    """Take full-batch steps over as many numbers, narrow and wide."""
    found = Outcome()
    for features in _FEATURES:
        found += _play((20_000 if quick else _NUMBERS) // features, features, quick=quick)
    return found


def _play(samples: int, features: int, *, quick: bool) -> Outcome:
    problem = lntx.synthetic(samples, features)
    recipe = lntx.Recipe(lr=0.1, epochs=_EPOCHS, batch_size=None)
    trainings = [Training(SUITE, name, problem, recipe) for name in ("fused", "eager")]
    trainings += forms(SUITE, "jax", problem, recipe)
    task = f"{samples:,} x {features}, full batch, one step"
    contest = Contest.of(task, trainings, {_READING: probes.reading(problem.X)})
    contest.play(Patience(2, 0.005) if quick else Patience(7, 0.25))
    read = problem.X.nbytes, problem.X.nbytes + problem.Y.nbytes
    targets = [contest.target(found, _limit(contest, *read)) for found in _WANTED]
    targets[0] = _share(targets[0], read[1] / read[0])
    return contest.outcome + Outcome(tuple(targets))


def _share(target: Target, more: float) -> Target:
    """Turn the time of reading X over that of all epochs into a share of the bandwidth; fused reads Y too."""
    target = replace(target, unit="share", values=tuple(value * _EPOCHS * more for value in target.values))
    if target.median is None or target.median < _IMPOSSIBLE:
        return target
    reason = f"fused reads {target.median:.2f} times as fast as the probe of the read bandwidth, which was disturbed"
    return replace(target, values=(), limit="", reason=f"{reason}: {target.limit}; measure on a quiet machine")


def _limit(contest: Contest, x_bytes: int, bytes_read: int) -> str:
    """Say how fast the data passes by, with everybody."""
    rates = {_READING: x_bytes / statistics.median(contest.times[_READING])}
    for name in contest.trainings:
        if name in contest.times:
            rates[name] = bytes_read * _EPOCHS / statistics.median(contest.times[name])
    words = [f"{name} {units.digits(rate / 1e9)} GB/s" for name, rate in rates.items()]
    return f"X and Y once a step: {units.listing(words)}"
