"""A step of SGD as a function from state to state, the gradient written down: what unrolled and scanned graphs hold."""

from collections.abc import Callable

import torch
from torch import Tensor

from lntx.training.batches import Batches
from lntx.training.recipe import Recipe

State = tuple[Tensor, ...]
"""Weights (outputs x features) and bias (outputs); with momentum also their velocities; with dampening also the share
of the next gradient that enters these, which is 1 on the first step. As a tensor, it makes no graph of its own."""
Step = Callable[[State, Tensor, Tensor], State]


def beginning(batches: Batches, recipe: Recipe) -> State:
    """Make the state before the first step."""
    weights, bias = batches.start()
    if not recipe.momentum:
        return weights, bias
    state = (weights, bias, torch.zeros_like(weights), torch.zeros_like(bias))
    return (*state, torch.ones_like(bias[0])) if recipe.dampening else state


def descent(recipe: Recipe) -> Step:
    """Make the step of a recipe: state, x (samples x features) and y (samples x outputs) give the next state."""
    lr, momentum, decay, nesterov = recipe.lr, recipe.momentum, recipe.weight_decay, recipe.nesterov
    damped = 1 - recipe.dampening

    def step(state: State, x: Tensor, y: Tensor) -> State:
        weights, bias, *memory = state
        residual = (torch.addmm(bias, x, weights.t()) - y) * (2 / y.numel())
        slope, offset = residual.t() @ x + decay * weights, residual.sum(0) + decay * bias
        if not memory:
            return weights - lr * slope, bias - lr * offset
        velocity, push, *share = memory
        gain = share[0] if share else 1.0
        velocity, push = momentum * velocity + gain * slope, momentum * push + gain * offset
        slope = slope + momentum * velocity if nesterov else velocity
        offset = offset + momentum * push if nesterov else push
        later = tuple(torch.full_like(one, damped) for one in share)
        return weights - lr * slope, bias - lr * offset, velocity, push, *later

    return step
