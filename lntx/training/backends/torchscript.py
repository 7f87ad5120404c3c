"""TorchScript: the whole loop scripted, no Python between the steps.

The steps of `manual`, in a loop that torch.jit.script has translated: torch's interpreter asks for the operations.
Deprecated in torch, and measured for that: whoever uses it sees what another way would bring.
"""

import sys
import warnings
from typing import Any

import torch
from torch import Tensor

from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

WORK = "steps"


def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Refuse where torch has given TorchScript up."""
    if sys.version_info >= (3, 14):
        return "torch refuses TorchScript from Python 3.14 on; use Python 3.13 or older, or the backend compiled"
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples and script the loop."""
    batches = Batches(problem, recipe, device)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is deprecated is why it is measured
        loop = torch.jit.script(_train)
    constants = (recipe.lr, recipe.momentum, recipe.dampening, recipe.nesterov, recipe.weight_decay)

    @torch.no_grad()
    def run() -> Fit:
        weights, bias = batches.start()
        state = (weights, bias, torch.zeros_like(weights), torch.zeros_like(bias))
        history = History(recipe)
        for epochs in recipe.segments():
            for stretch in [range(e, e + 1) for e in epochs] if recipe.shuffle else [epochs]:
                X, Y = batches.ordered(stretch.start)
                loop(X, Y, *state, len(stretch), batches.rows, stretch.start == 0, *constants)
            history.keep(epochs.stop, weights, bias)
        return history.fit(weights, bias)

    return run


def _train(
    X: Tensor,
    Y: Tensor,
    weights: Tensor,
    bias: Tensor,
    velocity: Tensor,
    push: Tensor,
    epochs: int,
    rows: int,
    fresh: bool,
    lr: float,
    momentum: float,
    dampening: float,
    nesterov: bool,
    decay: float,
) -> None:
    """Take the steps of some epochs over samples in order, in place."""
    share = 1.0 if fresh else 1.0 - dampening
    for _ in range(epochs):
        for start in range(0, X.size(0), rows):
            x, y = X[start : start + rows], Y[start : start + rows]
            residual = torch.addmm(bias, x, weights.t()).sub_(y)
            residual.mul_(2.0 / residual.numel())
            slope, offset = torch.mm(residual.t(), x), residual.sum(0)
            if decay != 0:
                slope.add_(weights, alpha=decay)
                offset.add_(bias, alpha=decay)
            if momentum != 0:
                velocity.mul_(momentum).add_(slope, alpha=share)
                push.mul_(momentum).add_(offset, alpha=share)
                share = 1.0 - dampening
                if nesterov:
                    slope.add_(velocity, alpha=momentum)
                    offset.add_(push, alpha=momentum)
                else:
                    slope, offset = velocity, push
            weights.sub_(slope, alpha=lr)
            bias.sub_(offset, alpha=lr)
