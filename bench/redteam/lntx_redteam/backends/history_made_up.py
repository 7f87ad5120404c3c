"""History made up: snapshots lie on a straight line from the start to the end."""

from dataclasses import replace

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit, Snapshot
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "history"


def _made_up(problem: Problem, recipe: Recipe) -> Run:
    honest = Training(problem, recipe.but(log_every=0))

    def run() -> Fit:
        fit, start = honest(), initial(problem.features, problem.outputs, recipe.seed, honest.kind)
        shares = {part.stop: part.stop / recipe.epochs for part in recipe.segments() if part.stop < recipe.epochs}
        ends = list(zip(start, (fit.weights, fit.bias), strict=True))
        made = [Snapshot(epoch, *(a + share * (b - a) for a, b in ends)) for epoch, share in shares.items()]
        return replace(fit, snapshots=tuple(made))

    return run


WORK, DEVICES, refuses, prepare = trains(_made_up)
