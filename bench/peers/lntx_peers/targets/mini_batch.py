"""Mini-batches of 256 in order (T5): step by step and by algebra, against JAX."""

from collections.abc import Sequence

import lntx
from lntx.report import units
from lntx_peers.contest.contest import Contest, Outcome, Wanted
from lntx_peers.contest.training import Training, forms
from lntx_peers.contest.turns import Patience

KEYS = ("T5",)
SUITE = "peers_mini_batch"

_WANTED = (
    Wanted("T5", "fused", "jax", 5),
    Wanted("T5", "composed", "jax", 15),
    Wanted("T5", "fused", "eager", None),
    Wanted("T5", "composed", "eager", None),
)
_EAGER_EPOCHS = 2  # of 100, which take 11 s; every epoch does the same


def play(_keys: Sequence[str], *, quick: bool) -> Outcome:
    """Train 100,000 samples of 64 features for 100 epochs, 391 steps each, the last on a smaller batch."""
    samples, features, epochs = (2000, 16, 10) if quick else (100_000, 64, 100)
    problem = lntx.synthetic(samples, features, noise=0.1)
    recipe = lntx.Recipe(lr=0.1, epochs=epochs, batch_size=256)
    trainings = [Training(SUITE, name, problem, recipe) for name in ("fused", "composed")]
    trainings += forms(SUITE, "jax", problem, recipe)
    trainings.append(Training(SUITE, "eager", problem, recipe, _EAGER_EPOCHS))
    contest = Contest.of(f"{samples:,} x {features}, batches of 256 in order, {epochs} epochs", trainings)
    contest.play(Patience(2, 0.005) if quick else Patience(9, 0.25))
    flops = 4.0 * samples * features * epochs
    return contest.outcome + Outcome(tuple(contest.target(found, _limit(contest, found, flops)) for found in _WANTED))


def _limit(contest: Contest, wanted: Wanted, flops: float) -> str:
    """Say what each takes, and how fast who does every step computes."""
    words = []
    for name in (wanted.contestant, wanted.peer):
        took = contest.median(name)
        if took is not None:
            rate = f" ({units.digits(flops / took / 1e9)} GFLOP/s)" if name != "composed" else ""
            words.append(f"{contest.best(name)} {units.seconds(took)}{rate}")
    return units.listing(words)
