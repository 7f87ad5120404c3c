"""Honest: float64 inside, rounded at the end."""

import numpy as np
import torch

from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Parts, Training

HONEST = True


class _Wide(Training):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.X = self.X.astype(np.float64)

    def start(self) -> Parts:
        weights, bias = super().start()
        return weights.astype(np.float64), bias.astype(np.float64)

    def keep(self, history: History, epoch: int) -> None:
        history.keep(epoch, torch.from_numpy(self.weights).to(self.kind), torch.from_numpy(self.bias).to(self.kind))

    def fit(self, history: History) -> Fit:
        return history.fit(torch.from_numpy(self.weights).to(self.kind), torch.from_numpy(self.bias).to(self.kind))


WORK, DEVICES, refuses, prepare = trains(_Wide)
