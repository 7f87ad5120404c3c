"""The tutorial's training: 100,000 steps of batch size 1, one after another (T2), and by algebra (T1)."""

import statistics
from collections.abc import Sequence

import lntx
from lntx.report import units
from lntx_peers.contest.contest import Contest, Outcome, Wanted
from lntx_peers.contest.training import Training
from lntx_peers.contest.turns import Patience

KEYS = ("T1", "T2")
SUITE = "peers_tutorial"

_WANTED = (
    Wanted("T1", "composed", "jax", 20),
    Wanted("T1", "composed", "sklearn-sgd", 100),
    Wanted("T1", "composed", "eager", 200_000),
    Wanted("T2", "fused", "jax", 1),
    Wanted("T2", "fused", "sklearn-sgd", 7),
    Wanted("T2", "fused", "eager", 40_000),
)
_EAGER_EPOCHS = 20  # of 1000, which take 45 s; every epoch does the same
_BUILDING = "composed, one epoch"


def play(keys: Sequence[str], *, quick: bool) -> Outcome:
    """Train the tutorial with everybody that a wanted comparison names."""
    wanted = [found for found in _WANTED if found.key in keys]
    problem, recipe = lntx.tutorial(), lntx.Recipe()
    names = dict.fromkeys(name for found in wanted for name in (found.contestant, found.peer))
    trainings = [
        Training(SUITE, name, problem, recipe, (2 if quick else _EAGER_EPOCHS) if name == "eager" else None)
        for name in names
    ]
    building = Training(SUITE, "composed", problem, recipe.but(epochs=1))
    probes = {_BUILDING: building} if "T1" in keys and building.ready() else {}
    contest = Contest.of(_task(recipe, problem), trainings, probes)
    contest.play(Patience(2, 0.005) if quick else Patience(11, 0.05))
    steps = recipe.steps(problem.samples)
    targets = tuple(contest.target(found, _limit(contest, found, steps)) for found in wanted)
    return contest.outcome + Outcome(targets)


def _task(recipe: lntx.Recipe, problem: lntx.Problem) -> str:
    return f"the tutorial, {recipe.steps(problem.samples):,} steps of batch size 1"


def _limit(contest: Contest, wanted: Wanted, steps: int) -> str:
    """Say what each needs a step; of the algebra, what the epoch's map costs before it is raised to any power."""
    words = [
        f"{name} {units.seconds(statistics.median(contest.times[name]) / steps)} a step"
        for name in (wanted.peer, wanted.contestant)
        if name in contest.times
    ]
    if wanted.key == "T2":
        return f"{units.listing(words)}: each step has to wait for the weights of the one before"
    if not {_BUILDING, "composed"} <= contest.times.keys():
        return units.listing(words)
    building, whole = (statistics.median(contest.times[name]) for name in (_BUILDING, "composed"))
    return (
        f"{units.listing(words)}; composed takes {units.seconds(whole)}, of which {units.seconds(building)} for the map "
        "of one epoch and the call itself, however many epochs there are"
    )
