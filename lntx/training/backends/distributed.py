"""Distributed: torch.distributed, each rank on its own rows, one all-reduce of the gradient a step."""

import torch

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.linear.ranks import identity, team
from lntx.training.linear.ranks.descent import Descent
from lntx.training.linear.ranks.share import Share
from lntx.training.linear.ranks.snapshots import Snapshots, wanted
from lntx.training.recipe import Recipe

WORK = "steps"
RANKS = True
VARIANTS = {count: f"Distributed: {words}, each on its own rows" for count, words in team.VARIANTS.items()}

_NAME = "distributed"


def refuses(_problem: Problem | None, _recipe: Recipe | None, device: str, *, variant: str = "") -> str | None:
    """Refuse where there can't be such ranks."""
    return team.refuses(device, variant)


def prepare(problem: Problem, recipe: Recipe, device: str, *, variant: str = "") -> Run:
    """Have the ranks, and let each take its rows."""
    ranks = team.assembled(problem, recipe, device, _NAME, variant)
    parts = {one.rank: Descent(Share.of(problem, recipe, one, shared=not ranks.given), recipe) for one in ranks.groups}
    dtype = getattr(torch, recipe.dtype or problem.dtype)
    name = identity.training(problem, recipe, _NAME) if wanted() else ""

    def run() -> Fit:
        start, kept = initial(problem.features, problem.outputs, recipe.seed, dtype), Snapshots.of(name)
        return ranks.run(lambda group: parts[group.rank].trained(start, kept, given=ranks.given))

    return run
