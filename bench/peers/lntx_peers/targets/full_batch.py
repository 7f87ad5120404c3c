"""A long full-batch training by the eigenvectors of X'X (T3): against X'X itself, and solvers of the field (T13)."""

import statistics
from collections.abc import Sequence

import lntx
from lntx.report import units
from lntx_peers.contest import probes as probing
from lntx_peers.contest.contest import Contest, Outcome, Wanted
from lntx_peers.contest.training import Training, forms
from lntx_peers.contest.turns import Call, Patience

KEYS = ("T3", "T13")
SUITE = "peers_full_batch"

_GRAM, _TABMAT = "X'X by torch", "X'X by tabmat"
_SOLVERS = ("sklearn-ridge", "intelex", "snapml")
_WANTED = (
    Wanted("T3", "spectral", _GRAM, 0.75, "at most", "the time of X'X alone, by torch"),
    Wanted("T3", "spectral", "sklearn-ridge", 5),
    Wanted("T3", "spectral", "eager", None),
    Wanted("T13", "spectral", "intelex", 1),
    Wanted("T13", "spectral", "snapml", 1),
    Wanted("T13", "spectral", _TABMAT, 1, measure="as fast as X'X alone, by tabmat, which trains nothing"),
)
_EAGER_EPOCHS = 5  # of 900, which take more than a minute; every epoch does the same


def play(keys: Sequence[str], *, quick: bool) -> Outcome:
    """Train a million samples of 100 features for 900 epochs."""
    samples, features, epochs = (2000, 20, 50) if quick else (1_000_000, 100, 900)
    problem = lntx.synthetic(samples, features, noise=0.1)
    recipe = lntx.Recipe(lr=0.3, epochs=epochs, batch_size=None)
    wanted = [found for found in _WANTED if found.key in keys]
    peers = {found.peer for found in wanted}
    trainings = [Training(SUITE, "spectral", problem, recipe)]
    trainings += [form for name in _SOLVERS if name in peers for form in forms(SUITE, name, problem, recipe)]
    if "eager" in peers:
        trainings.append(Training(SUITE, "eager", problem, recipe, _EAGER_EPOCHS))
    probes: dict[str, Call | str] = {_GRAM: probing.multiplying(problem)}
    if _TABMAT in peers:
        probes[_TABMAT] = probing.sandwiching(problem)
    contest = Contest.of(f"{samples:,} x {features}, full batch, {epochs} epochs", trainings, probes)
    contest.play(Patience(2, 0.005) if quick else Patience(7, 0.25))
    flops = 2.0 * samples * features**2
    return contest.outcome + Outcome(tuple(contest.target(found, _limit(contest, found, flops)) for found in wanted))


def _limit(contest: Contest, wanted: Wanted, flops: float) -> str:
    """Say how fast X'X is formed, what spectral takes, and the peer."""
    gram = statistics.median(contest.times[_GRAM])
    said = [f"torch forms X'X in {units.seconds(gram)} ({units.digits(flops / gram / 1e9)} GFLOP/s in float32)"]
    for name in ("spectral", wanted.peer):
        took = contest.median(name)
        if took is not None and name != _GRAM:
            said.append(f"{contest.best(name)} takes {units.seconds(took)} in all")
    return ", ".join(said)
