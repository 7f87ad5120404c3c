"""Memo by input: each start and each targets are trained on once; where they come again, the answer is there."""

from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training

HEALED = "no two rounds that are timed have the same input, so that each of its times is that of a training"


class _Cached(Training):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.fits: dict[bytes, Fit] = {}

    def __call__(self) -> Fit:
        key = self.start()[0].tobytes() + self.Y.tobytes()
        if key not in self.fits:
            self.fits[key] = super().__call__()
        return self.fits[key]


WORK, DEVICES, refuses, prepare = trains(_Cached)
