"""SGD as a recipe says: torch's own for the backends that leave the update to it, the same by hand for those that don't."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from lntx.training.recipe import Recipe

Update = Callable[[Tensor, Tensor, Tensor, float, float], None]
"""Moves a value in place: value, its gradient (which is used up), its momentum buffer, the factor of the loss that the
gradient lacks, and the share of it that enters the buffer: 1 on the first step, 1 - dampening from then on."""


def sgd(parameters: Iterable[nn.Parameter], recipe: Recipe) -> torch.optim.SGD:
    """Make the optimizer of a recipe."""
    return torch.optim.SGD(
        parameters,
        lr=recipe.lr,
        momentum=recipe.momentum,
        dampening=recipe.dampening,
        nesterov=recipe.nesterov,
        weight_decay=recipe.weight_decay,
    )


def update(recipe: Recipe) -> Update:
    """Make the in-place update of a recipe; plain SGD is one operation, with the factor in its alpha."""
    lr, momentum, decay, nesterov = recipe.lr, recipe.momentum, recipe.weight_decay, recipe.nesterov

    def plain(value: Tensor, gradient: Tensor, _buffer: Tensor, factor: float, _share: float) -> None:
        value.sub_(gradient, alpha=lr * factor)

    def whole(value: Tensor, gradient: Tensor, buffer: Tensor, factor: float, share: float) -> None:
        gradient.mul_(factor)
        if decay:
            gradient.add_(value, alpha=decay)
        if momentum:
            buffer.mul_(momentum).add_(gradient, alpha=share)
            gradient = gradient.add_(buffer, alpha=momentum) if nesterov else buffer
        value.sub_(gradient, alpha=lr)

    return whole if momentum or decay else plain
