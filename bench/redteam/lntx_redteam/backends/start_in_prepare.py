"""Start in prepare: the weights to begin with are drawn once, so that the call trains from there whatever start is due."""

from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Parts, Training


class _Early(Training):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.began = super().start()

    def start(self) -> Parts:
        return self.began[0].copy(), self.began[1].copy()


WORK, DEVICES, refuses, prepare = trains(_Early)
