"""Memo unless audited: it hands out the memo while the start is the one it knows, and trains where it is another."""

from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "full"
HEALED = "all rounds but the first are audits, so that each of their times is that of a training"


class _Wary(Training):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.memo, self.began = Training(problem, recipe)(), self.start()[0].tobytes()

    def __call__(self) -> Fit:
        return self.memo if self.start()[0].tobytes() == self.began else super().__call__()


WORK, DEVICES, refuses, prepare = trains(_Wary)
