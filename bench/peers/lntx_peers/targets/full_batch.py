"""A long full-batch training by the eigenvectors of X'X (T3): against the textbook loop, X'X itself, and a solver."""

import statistics
from collections.abc import Sequence

import lntx
from lntx.report import units
from lntx_peers.contest import probes
from lntx_peers.contest.contest import Contest, Outcome, Wanted
from lntx_peers.contest.training import Training
from lntx_peers.contest.turns import Patience

KEYS = ("T3",)
SUITE = "peers_full_batch"

_GRAM = "X'X by torch"
_WANTED = (
    Wanted("T3", "spectral", "eager", 350),
    Wanted("T3", "spectral", _GRAM, 1.5, "at most", "the time of X'X alone, by torch"),
    Wanted("T3", "spectral", "sklearn-ridge", 2.5),
)
_EAGER_EPOCHS = 5  # of 900, which take more than a minute; every epoch does the same


def play(_keys: Sequence[str], *, quick: bool) -> Outcome:
    """Train a million samples of 100 features for 900 epochs."""
    samples, features, epochs = (2000, 20, 50) if quick else (1_000_000, 100, 900)
    problem = lntx.synthetic(samples, features, noise=0.1)
    recipe = lntx.Recipe(lr=0.3, epochs=epochs, batch_size=None)
    trainings = [Training(SUITE, name, problem, recipe) for name in ("spectral", "sklearn-ridge")]
    trainings.append(Training(SUITE, "eager", problem, recipe, _EAGER_EPOCHS))
    task = f"{samples:,} x {features}, full batch, {epochs} epochs"
    contest = Contest.of(task, trainings, {_GRAM: probes.multiplying(problem)})
    contest.play(Patience(2, 0.005) if quick else Patience(7, 0.25))
    limit = _limit(contest, 2.0 * samples * features**2)
    return contest.outcome + Outcome(tuple(contest.target(found, limit) for found in _WANTED))


def _limit(contest: Contest, flops: float) -> str:
    """Say how fast X'X is formed, and what spectral takes besides."""
    gram = statistics.median(contest.times[_GRAM])
    said = f"torch forms X'X in {units.seconds(gram)} ({units.digits(flops / gram / 1e9)} GFLOP/s in float32)"
    if "spectral" not in contest.times:
        return said
    return f"{said}, and spectral takes {units.seconds(statistics.median(contest.times['spectral']))} in all"
