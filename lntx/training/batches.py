"""A problem's samples as tensors on a device, dealt out in a recipe's batches and order."""

import warnings
from collections.abc import Iterator

import torch
from torch import Tensor

from lntx.training import audit
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe


class Batches:
    """X (samples x features) and Y (samples x outputs) in the recipe's dtype, and the batches of any epoch."""

    def __init__(self, problem: Problem, recipe: Recipe, device: str) -> None:
        """Upload; on the CPU, arrays in the right dtype are shared, not copied."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The given NumPy array is not writable")  # nobody writes to it
            self.X, self.Y = (torch.as_tensor(array, device=device) for array in problem.cast(recipe.dtype))
        if self.Y.device.type != "cpu":
            audit.watch(self.Y)
        self.rows = recipe.rows(problem.samples)
        self._recipe = recipe

    def of(self, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield each batch of an epoch (counted from 0): inputs and targets, the last maybe smaller."""
        X, Y = self.ordered(epoch)
        return zip(torch.split(X, self.rows), torch.split(Y, self.rows), strict=True)

    def ordered(self, epoch: int) -> tuple[Tensor, Tensor]:
        """Arrange all samples in the order of an epoch (counted from 0)."""
        order = self._recipe.order(epoch, len(self.X))
        if order is None:
            return self.X, self.Y
        index = torch.from_numpy(order).to(self.X.device)
        return self.X[index], self.Y[index]

    def start(self) -> tuple[Tensor, Tensor]:
        """Draw the initial weights (outputs x features) and bias (outputs), on the device."""
        weights, bias = initial(self.X.shape[1], self.Y.shape[1], self._recipe.seed, self.X.dtype)
        return weights.to(self.X.device), bias.to(self.X.device)
