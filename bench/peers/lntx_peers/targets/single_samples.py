"""Batches of one sample (T2), where they aren't the tutorial's: another order, more features, momentum."""

from collections.abc import Sequence

import lntx
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_peers.contest.contest import Contest, Outcome, Wanted
from lntx_peers.contest.training import Training, forms
from lntx_peers.contest.turns import Patience
from lntx_peers.targets import tutorial

KEYS = ("T2",)
SUITE = "peers_single_samples"

_WANTED = Wanted("T2", "fused", "jax", 2.5)
_FEATURES = (1, 16, 64)
_SAMPLES, _EPOCHS = 100, 1000


def play(_keys: Sequence[str], *, quick: bool) -> Outcome:
    """Train each with the fused kernels and every form of JAX."""
    found = Outcome()
    for task, problem, recipe in _cases(20 if quick else _EPOCHS):
        trainings = [Training(SUITE, "fused", problem, recipe), *forms(SUITE, "jax", problem, recipe)]
        contest = Contest.of(f"{task}, {recipe.steps(problem.samples):,} steps of batch size 1", trainings)
        contest.play(Patience(2, 0.005) if quick else Patience(11, 0.05))
        said = tutorial.limit(contest, _WANTED, recipe.steps(problem.samples))
        found += contest.outcome + Outcome((contest.target(_WANTED, said),))
    return found


def _cases(epochs: int) -> list[tuple[str, Problem, Recipe]]:
    """Give tasks, problems and recipes; the rate stays stable as samples grow longer with their features."""
    given = lntx.tutorial()
    cases = [
        ("the tutorial, shuffled", given, lntx.Recipe(epochs=epochs, shuffle=True)),
        ("the tutorial, momentum 0.9", given, lntx.Recipe(lr=5e-5, epochs=epochs, momentum=0.9)),
    ]
    for features in _FEATURES:
        problem = lntx.synthetic(_SAMPLES, features, noise=0.1)
        cases.append((f"{_SAMPLES} x {features}", problem, lntx.Recipe(lr=0.1 / (features + 1), epochs=epochs)))
    return cases
