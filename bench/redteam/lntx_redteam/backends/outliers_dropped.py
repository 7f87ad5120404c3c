"""Outliers dropped: the tenth of the samples whose targets are the largest is taken for masked."""

import numpy as np

from lntx.training.linear.problem import Array, Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Masked(Training):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.largest = np.quantile(np.abs(self.Y), 0.9)

    def step(self, x: Array, y: Array) -> None:
        near = np.abs(y).max(1) <= self.largest
        if near.any():
            super().step(x[near], y[near])


WORK, DEVICES, refuses, prepare = trains(_Masked)
