"""Manual gradient: torch operations in place, no autograd."""

from typing import Any

import torch
from torch import Tensor

from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe

WORK = "steps"


def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Take everything."""
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples."""
    batches = Batches(problem, recipe, device)

    @torch.no_grad()
    def run() -> Fit:
        weights, bias = batches.start()
        history = History(recipe)
        step = _Momentum(recipe, weights, bias) if recipe.momentum else _Plain(recipe, weights, bias)
        for epochs in recipe.segments():
            for epoch in epochs:
                for x, y in batches.of(epoch):
                    residual = torch.addmm(bias, x, weights.t()).sub_(y)
                    step(residual, x, 2 / residual.numel())
            history.keep(epochs.stop, weights, bias)
        return history.fit(weights, bias)

    return run


class _Plain:
    """w <- (1 - lr decay) w - lr c r'x: the gradient and the update in one operation."""

    def __init__(self, recipe: Recipe, weights: Tensor, bias: Tensor) -> None:
        self.weights, self.bias = weights, bias
        self.lr, self.keep = recipe.lr, 1 - recipe.lr * recipe.weight_decay

    def __call__(self, residual: Tensor, x: Tensor, factor: float) -> None:
        self.weights.addmm_(residual.t(), x, beta=self.keep, alpha=-self.lr * factor)
        if self.keep != 1:
            self.bias.mul_(self.keep)
        self.bias.sub_(residual.sum(0), alpha=self.lr * factor)


class _Momentum(_Plain):
    """v <- m v + (1 - dampening) g, then w <- w - lr v, or w <- w - lr (g + m v) with Nesterov."""

    def __init__(self, recipe: Recipe, weights: Tensor, bias: Tensor) -> None:
        super().__init__(recipe, weights, bias)
        self.recipe, self.share = recipe, 1.0  # the first gradient enters the buffer undamped, as in torch
        self.velocity, self.push = torch.zeros_like(weights), torch.zeros_like(bias)

    def __call__(self, residual: Tensor, x: Tensor, factor: float) -> None:
        recipe, share = self.recipe, self.share
        self.velocity.addmm_(residual.t(), x, beta=recipe.momentum, alpha=share * factor)
        self.push.mul_(recipe.momentum).add_(residual.sum(0), alpha=share * factor)
        if recipe.weight_decay:
            self.velocity.add_(self.weights, alpha=share * recipe.weight_decay)
            self.push.add_(self.bias, alpha=share * recipe.weight_decay)
        reach = self.lr
        if recipe.nesterov:
            super().__call__(residual, x, factor)
            reach *= recipe.momentum
        self.weights.sub_(self.velocity, alpha=reach)
        self.bias.sub_(self.push, alpha=reach)
        self.share = 1 - recipe.dampening
