"""torch's own SGD, set as a recipe says: for the backends that leave the update to it."""

from collections.abc import Iterable

import torch
from torch import nn

from lntx.training.recipe import Recipe


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
