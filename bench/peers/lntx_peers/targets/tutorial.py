"""The tutorial's training: by algebra (T1), and its 100,000 steps one after another (T2), Vowpal Wabbit beside it (T13)."""

import statistics
from collections.abc import Sequence

import lntx
from lntx.report import units
from lntx.targets import Target
from lntx_peers.contest.contest import Contest, Outcome, Wanted
from lntx_peers.contest.training import Training, forms
from lntx_peers.contest.turns import Call, Patience

KEYS = ("T1", "T2", "T13")
SUITE = "peers_tutorial"

_WANTED = (
    Wanted("T1", "composed", "jax", 150),
    Wanted("T1", "composed", "sklearn-sgd", None),
    Wanted("T1", "composed", "eager", None),
    Wanted("T2", "fused", "jax", 2.5),
    Wanted("T2", "fused", "sklearn-sgd", None),
    Wanted("T2", "fused", "eager", None),
    Wanted("T13", "fused", "vw", 1),
)
_CALL_S = 4e-6  # of the whole training by algebra
STEP_S = 2.5e-9
_EAGER_EPOCHS = 20  # of 1000, which take 45 s; every epoch does the same
_BUILDING = "composed, one epoch"


def play(keys: Sequence[str], *, quick: bool) -> Outcome:
    """Train the tutorial with everybody that a wanted comparison names."""
    wanted = [found for found in _WANTED if found.key in keys]
    problem, recipe = lntx.tutorial(), lntx.Recipe()
    names = dict.fromkeys(name for found in wanted for name in (found.contestant, found.peer))
    trainings = [form for name in names if name != "eager" for form in forms(SUITE, name, problem, recipe)]
    if "eager" in names:
        trainings.append(Training(SUITE, "eager", problem, recipe, 2 if quick else _EAGER_EPOCHS))
    building = Training(SUITE, "composed", problem, recipe.but(epochs=1))
    probes: dict[str, Call | str] = {_BUILDING: building} if "T1" in keys and building.ready() else {}
    contest = Contest.of(f"the tutorial, {recipe.steps(problem.samples):,} steps of batch size 1", trainings, probes)
    contest.play(Patience(2, 0.005) if quick else Patience(11, 0.05))
    return contest.outcome + Outcome(tuple(_targets(contest, wanted, recipe.steps(problem.samples))))


def _targets(contest: Contest, wanted: Sequence[Wanted], steps: int) -> list[Target]:
    """Compare, and hold what each takes by itself against what is wanted, before what is only shown."""
    found = [contest.target(one, limit(contest, one, steps)) for one in wanted]
    keys = {one.key for one in wanted}
    if "T1" in keys:
        found.append(contest.lasting("T1", "composed", _CALL_S, "the whole training", limit=_parts(contest)))
    if "T2" in keys:
        found.append(contest.lasting("T2", "fused", STEP_S, "a step", steps, limit(contest, _WANTED[3], steps)))
    return sorted(found, key=lambda target: (int(target.key[1:]), target.wanted is None))


def limit(contest: Contest, wanted: Wanted, steps: int) -> str:
    """Say what each needs a step; of the algebra, what the epoch's map costs before it is raised to any power."""
    took = {contest.best(name): contest.median(name) for name in (wanted.peer, wanted.contestant)}
    said = units.listing([f"{name} {units.seconds(time / steps)} a step" for name, time in took.items() if time])
    if wanted.contestant == "fused":
        return f"{said}: each step has to wait for the weights of the one before"
    return "; ".join(filter(None, (said, _parts(contest))))


def _parts(contest: Contest) -> str:
    if not {_BUILDING, "composed"} <= contest.times.keys():
        return ""
    building, whole = (statistics.median(contest.times[name]) for name in (_BUILDING, "composed"))
    return (
        f"composed takes {units.seconds(whole)}, of which {units.seconds(building)} for the map of one epoch and the call "
        "itself, however many epochs there are"
    )
