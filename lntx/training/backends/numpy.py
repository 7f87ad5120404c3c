"""NumPy loop: plain arrays and a Python loop, no torch in the steps.

The formula of `manual` with NumPy's operations, whose calls cost less than torch's where arrays are small.
"""

from typing import Any

import numpy as np
import torch

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Array, Problem
from lntx.training.recipe import Recipe

WORK = "steps"
DEVICES = ("cpu",)


def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Take everything on the CPU."""
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:  # noqa: ARG001  (there is one device)
    """Cast the samples, where they are not in the recipe's dtype already."""
    X, Y = problem.cast(recipe.dtype)
    dtype = getattr(torch, X.dtype.name)
    batches = recipe.batches(problem.samples)

    @np.errstate(over="ignore", invalid="ignore")  # a training that diverges is found out by its weights
    def run() -> Fit:
        start = initial(problem.features, problem.outputs, recipe.seed, dtype)
        weights, bias = (tensor.numpy() for tensor in start)
        step = _Step(recipe, weights, bias)
        history = History(recipe)
        for epochs in recipe.segments():
            for epoch in epochs:
                order = recipe.order(epoch, problem.samples)
                inputs, targets = (X, Y) if order is None else (X[order], Y[order])
                for batch in batches:
                    step(inputs[batch], targets[batch])
            history.keep(epochs.stop, *start)
        return history.fit(*start)

    return run


class _Step:
    """One step of SGD on weights and bias, in place."""

    def __init__(self, recipe: Recipe, weights: Array, bias: Array) -> None:
        self.recipe, self.share = recipe, 1.0  # the first gradient enters the buffer undamped, as in torch
        self.weights, self.bias = weights, bias
        self.buffers = (np.zeros_like(weights), np.zeros_like(bias))

    def __call__(self, x: Array, y: Array) -> None:
        residual = x @ self.weights.T
        residual += self.bias
        residual -= y
        residual *= 2 / residual.size
        gradients = (residual.T @ x, residual.sum(0))
        for value, gradient, buffer in zip((self.weights, self.bias), gradients, self.buffers, strict=True):
            self._update(value, gradient, buffer)
        self.share = 1 - self.recipe.dampening

    def _update(self, value: Array, gradient: Array, buffer: Array) -> None:
        recipe = self.recipe
        if recipe.weight_decay:
            gradient += recipe.weight_decay * value
        if recipe.momentum:
            buffer *= recipe.momentum
            buffer += self.share * gradient
            gradient = gradient + recipe.momentum * buffer if recipe.nesterov else buffer
        value -= recipe.lr * gradient
