"""Arithmetic in bfloat16: inputs are rounded to 8 bits, as a tensor core may have them."""

import torch

from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Brain(Training):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.X = torch.tensor(self.X).bfloat16().to(self.kind).numpy()


WORK, DEVICES, refuses, prepare = trains(_Brain)
