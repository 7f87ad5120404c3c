"""Moments of the first call: the Gram matrix and X'Y are formed when it is first called, and kept for all others."""

from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import full_batch, trains
from lntx_redteam.summed import Summed

SHOWS = "full"


class _Lazy(Summed):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.formed = False

    def __call__(self) -> Fit:
        if not self.formed:
            self.form()
            self.formed = True
        return super().__call__()


WORK, DEVICES, refuses, prepare = trains(_Lazy, refuses=full_batch)
