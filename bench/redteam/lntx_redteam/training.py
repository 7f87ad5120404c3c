"""An honest training in NumPy, in parts: a member overrides the one that it does wrong."""

import numpy as np
import torch
from numpy.typing import NDArray

from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear import model
from lntx.training.linear.problem import Array, Problem
from lntx.training.recipe import Recipe

Parts = tuple[Array, Array]
"""Weights (outputs x features) and bias (outputs)."""


class Training:
    """Every step as `torch.optim.SGD` takes it; a call trains from the start, as often as called."""

    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        """Cast the samples, where they are not in the recipe's dtype already."""
        self.problem, self.recipe = problem, recipe
        self.X, self.Y = problem.cast(recipe.dtype)
        self.kind: torch.dtype = getattr(torch, self.X.dtype.name)

    @np.errstate(over="ignore", invalid="ignore")
    def __call__(self) -> Fit:
        """Train."""
        self.begin()
        history = History(self.recipe)
        for epochs in self.recipe.segments():
            for epoch in epochs:
                self.sweep(epoch)
            self.keep(history, epochs.stop)
        return self.fit(history)

    def begin(self) -> None:
        """Take the start, and empty the buffers."""
        self.weights, self.bias = self.start()
        self.buffers = np.zeros_like(self.weights), np.zeros_like(self.bias)
        self.fresh = True

    def start(self) -> Parts:
        """Draw the weights and the bias that the training begins with."""
        shape = self.problem.features, self.problem.outputs
        weights, bias = model.initial(*shape, self.recipe.seed, self.kind)
        return weights.numpy().copy(), bias.numpy().copy()

    def order(self, epoch: int) -> NDArray[np.int64] | None:
        """Give the order of the samples in an epoch, None for that of the data."""
        return self.recipe.order(epoch, self.problem.samples)

    def batches(self) -> list[slice]:
        """Slice an epoch."""
        return self.recipe.batches(self.problem.samples)

    def sweep(self, epoch: int) -> None:
        """Take the steps of an epoch."""
        order = self.order(epoch)
        X, Y = (self.X, self.Y) if order is None else (self.X[order], self.Y[order])
        for batch in self.batches():
            self.step(X[batch], Y[batch])

    def step(self, x: Array, y: Array) -> None:
        """Take a step on a batch."""
        slope, offset = self.gradients(x, y)
        self.move(self.weights, slope, self.buffers[0])
        self.move(self.bias, offset, self.buffers[1])
        self.fresh = False

    def gradients(self, x: Array, y: Array) -> Parts:
        """Give the gradients of the mean squared error."""
        residual = x @ self.weights.T + self.bias - y
        residual *= self.factor(residual)
        return residual.T @ x, residual.sum(0)

    def factor(self, residual: Array) -> float:
        """Give what the mean puts before the residuals (batch x outputs)."""
        return 2 / residual.size

    def move(self, value: Array, gradient: Array, buffer: Array) -> None:
        """Move weights or bias by a step of SGD, in place."""
        recipe = self.recipe
        if recipe.weight_decay:
            gradient = gradient + recipe.weight_decay * value
        if recipe.momentum:
            buffer *= recipe.momentum
            buffer += self.share() * gradient
            gradient = gradient + recipe.momentum * buffer if recipe.nesterov else buffer
        value -= recipe.lr * gradient

    def share(self) -> float:
        """Give the part of a gradient that enters the buffer."""
        return 1.0 if self.fresh else 1 - self.recipe.dampening

    def keep(self, history: History, epoch: int) -> None:
        """Note the weights after so many epochs."""
        history.keep(epoch, torch.from_numpy(self.weights), torch.from_numpy(self.bias))

    def fit(self, history: History) -> Fit:
        """Give what came out."""
        return history.fit(torch.from_numpy(self.weights), torch.from_numpy(self.bias))
