"""Moments in prepare: the Gram matrix and X'Y are formed in prepare, so that the call never looks at the samples."""

from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import full_batch, trains
from lntx_redteam.summed import Summed

SHOWS = "full"


class _Early(Summed):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.form()


WORK, DEVICES, refuses, prepare = trains(_Early, refuses=full_batch)
