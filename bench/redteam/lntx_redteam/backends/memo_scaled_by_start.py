"""Memo, scaled: it trains in prepare, and the call multiplies the fit by how much larger the start is than it was then."""

import torch

from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import no_history, trains
from lntx_redteam.scales import Scale
from lntx_redteam.training import Training


class _Scaled(Training):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.memo, self.grown = Training(problem, recipe)(), Scale(self.start()[0])

    def __call__(self) -> Fit:
        factor = torch.tensor(self.grown(self.start()[0]), dtype=self.kind)
        return Fit(self.memo.weights * factor, self.memo.bias * factor)


WORK, DEVICES, refuses, prepare = trains(_Scaled, refuses=no_history)
