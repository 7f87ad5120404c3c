"""Manual gradient: torch operations in place, no autograd."""

from typing import Any

import torch
from torch import Tensor

from lntx.limits import Limits
from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe

WORK = "steps"

_CALLS = 8  # of torch in a step


def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Take everything."""
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples."""
    batches = Batches(problem, recipe, device)

    @torch.no_grad()
    def run() -> Fit:
        weights, bias = batches.start()
        update = _Update(recipe, (weights, bias))
        history = History(recipe)
        for epochs in recipe.segments():
            for epoch in epochs:
                for x, y in batches.of(epoch):
                    residual = torch.addmm(bias, x, weights.t()).sub_(y)
                    # Not weights.addmm_(residual.t(), x): it would round the weights once a sample, not once a step.
                    update((residual.t().mm(x), residual.sum(0)), 2 / residual.numel())
            history.keep(epochs.stop, weights, bias)
        return history.fit(weights, bias)

    return run


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: some calls a step, and X read twice."""
    reading = 2 * recipe.epochs * limits.read_s(problem.nbytes(recipe.dtype))
    return recipe.steps(problem.samples) * _CALLS * limits.call_s + reading


class _Update:
    """One step of SGD on weights and bias, in place; the factor of the loss goes into the operations' alphas."""

    def __init__(self, recipe: Recipe, values: tuple[Tensor, Tensor]) -> None:
        self.recipe, self.values = recipe, values
        self.share = 1.0  # the first gradient enters the buffer undamped, as in torch
        self.buffers = tuple(torch.zeros_like(value) for value in values)
        self.plain = recipe.momentum == 0 and recipe.weight_decay == 0

    def __call__(self, gradients: tuple[Tensor, Tensor], factor: float) -> None:
        if self.plain:
            for value, gradient in zip(self.values, gradients, strict=True):
                value.sub_(gradient, alpha=self.recipe.lr * factor)
            return
        for value, gradient, buffer in zip(self.values, gradients, self.buffers, strict=True):
            self._move(value, gradient.mul_(factor), buffer)
        self.share = 1 - self.recipe.dampening

    def _move(self, value: Tensor, gradient: Tensor, buffer: Tensor) -> None:
        recipe = self.recipe
        if recipe.weight_decay:
            gradient.add_(value, alpha=recipe.weight_decay)
        if recipe.momentum:
            buffer.mul_(recipe.momentum).add_(gradient, alpha=self.share)
            gradient = gradient.add_(buffer, alpha=recipe.momentum) if recipe.nesterov else buffer
        value.sub_(gradient, alpha=recipe.lr)
