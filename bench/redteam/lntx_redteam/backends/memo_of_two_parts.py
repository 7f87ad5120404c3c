"""Memo of two parts: prepare trains from the start alone and from the targets alone; the call scales each and adds them."""

import torch

from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import no_history, trains
from lntx_redteam.scales import Scale
from lntx_redteam.training import Training


class _Parts(Training):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.grown, self.pulled = Scale(self.start()[0]), Scale(self.Y)
        alone, whole = Training(problem, recipe), Training(problem, recipe)
        alone.Y = alone.Y * 0
        self.memo, self.of_start = whole(), alone()

    def __call__(self) -> Fit:
        grown, pulled = self.grown(self.start()[0]), self.pulled(self.Y)
        parts = (
            torch.mul(whole - alone, pulled) + torch.mul(alone, grown)
            for whole, alone in (
                (self.memo.weights, self.of_start.weights),
                (self.memo.bias, self.of_start.bias),
            )
        )
        return Fit(next(parts), next(parts))


WORK, DEVICES, refuses, prepare = trains(_Parts, refuses=no_history)
