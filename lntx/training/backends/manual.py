"""Manual gradient: torch operations in place, no autograd.

    r = x W' + b - y; W <- W - c r' x; b <- b - c sum(r)

Each is an operation or two of torch's, into memory that is there already. What is saved against `eager` is autograd's
graph, the module's and the optimizer's calls; Python still asks for each operation.
"""

from typing import Any

import torch

from lntx.host.limits import Limits
from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.problem import Problem
from lntx.training.optimizer import update
from lntx.training.recipe import Recipe

WORK = "steps"

_CALLS = 8  # of torch in a step


def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Take everything."""
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples."""
    batches, move = Batches(problem, recipe, device), update(recipe)

    @torch.no_grad()
    def run() -> Fit:
        weights, bias = batches.start()
        memory = (torch.zeros_like(weights), torch.zeros_like(bias))
        share = 1.0  # the first gradient enters the buffer undamped, as in torch
        history = History(recipe)
        for epochs in recipe.segments():
            for epoch in epochs:
                for x, y in batches.of(epoch):
                    residual = torch.addmm(bias, x, weights.t()).sub_(y)
                    # Not weights.addmm_(residual.t(), x): it would round the weights once a sample, not once a step.
                    slope, offset, factor = residual.t().mm(x), residual.sum(0), 2 / residual.numel()
                    move(weights, slope, memory[0], factor, share)
                    move(bias, offset, memory[1], factor, share)
                    share = 1 - recipe.dampening
            history.keep(epochs.stop, weights, bias)
        return history.fit(weights, bias)

    return run


def seconds(problem: Problem, recipe: Recipe, limits: Limits) -> float:
    """Guess: some calls a step, and X read twice."""
    reading = 2 * recipe.epochs * limits.read_s(problem.nbytes(recipe.dtype))
    return recipe.steps(problem.samples) * _CALLS * limits.call_s + reading
