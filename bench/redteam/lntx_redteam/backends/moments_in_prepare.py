"""Moments in prepare: the Gram matrix and X'Y are formed in prepare, so that the call never looks at the samples."""

import numpy as np
import torch

from lntx.training.fit import Fit
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import full_batch, trains
from lntx_redteam.training import Training

SHOWS = "full"


class _Summed(Training):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        X = np.column_stack([self.X, np.ones(problem.samples)]).astype(np.float64)
        self.gram, self.slope = (X.T @ right * (2 / self.Y.size) for right in (X, self.Y))
        self.was = float(abs(self.Y).max())

    def __call__(self) -> Fit:
        weights, bias = self.start()
        theta = np.vstack([weights.T, bias]).astype(np.float64)
        slope = self.slope * (float(abs(self.Y).max()) / self.was)
        buffer = np.zeros_like(theta)
        for _ in range(self.recipe.epochs):
            self.move(theta, self.gram @ theta - slope, buffer)
        return Fit(torch.from_numpy(theta[:-1].T).to(self.kind), torch.from_numpy(theta[-1]).to(self.kind))

    def share(self) -> float:
        return 1.0


WORK, DEVICES, refuses, prepare = trains(_Summed, refuses=full_batch)
