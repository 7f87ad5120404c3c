"""Distributed Gram: torch.distributed, one all-reduce of X'X and X'y for a whole training in full batch."""

import torch

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.linear import spectrum
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.linear.ranks import gram, identity, team
from lntx.training.linear.ranks.group import Group
from lntx.training.linear.ranks.share import Share
from lntx.training.linear.ranks.snapshots import Snapshots, wanted
from lntx.training.linear.row_space import amplified, matters
from lntx.training.recipe import Recipe

WORK = "algebra"
RANKS = True
VARIANTS = {count: f"Distributed Gram: {words}, one all-reduce a training" for count, words in team.VARIANTS.items()}

_NAME = "distributed-gram"


def refuses(problem: Problem | None, recipe: Recipe | None, device: str, *, variant: str = "") -> str | None:
    """Refuse where there can't be such ranks, mini-batches, and more features than eigenvectors can be had for."""
    if reason := team.refuses(device, variant):
        return reason
    return None if problem is None or recipe is None else spectrum.refuses(problem, recipe)


def prepare(problem: Problem, recipe: Recipe, device: str, *, variant: str = "") -> Run:
    """Have the ranks, and let each take its rows."""
    ranks = team.assembled(problem, recipe, device, _NAME, variant)
    shares = {one.rank: Share.of(problem, recipe, one, shared=not ranks.given) for one in ranks.groups}
    dtype = getattr(torch, recipe.dtype or problem.dtype)
    error = amplified(problem, recipe)
    split = error if matters(error, problem, recipe) else None
    name = identity.training(problem, recipe, _NAME) if wanted() else ""

    def run() -> Fit:
        own = {rank: Snapshots.of(f"{name}-{rank}-of-{share.group.ranks}") for rank, share in shares.items()}

        def summed(group: Group) -> torch.Tensor:
            return gram.total(shares[group.rank], own[group.rank])

        total = ranks.run(summed)
        start = initial(problem.features, problem.outputs, recipe.seed, dtype)
        weights, bias = (tensor.to(total.device) for tensor in start)
        return spectrum.trained(total, problem.samples, (weights, bias), recipe, split)

    return run
