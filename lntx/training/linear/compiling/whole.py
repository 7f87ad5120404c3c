"""A whole step in one graph, with torch's own module, loss, autograd and SGD."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad
from torch.optim.sgd import sgd

from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.compiling.graphs import compiled
from lntx.training.linear.model import LNTXModel
from lntx.training.recipe import Recipe


class Whole:
    """Forward, backward and torch's SGD in one graph, a step a call.

    Dynamo can't trace an Optimizer's step, but the function that it calls. Two things keep torch 2.13's compiler from
    wrong weights, both found by parity. foreach: without it, SGD adds a gradient with `alpha=-lr`, and where that is a
    matrix product, the sum is taken for an `addmm` and alpha is lost. clone: where a kernel changes its inputs, it may
    compute the bias's gradient from weights that have moved already.
    """

    def __init__(self, batches: Batches, recipe: Recipe, device: str) -> None:
        """Make the graph's function."""
        criterion, model = nn.MSELoss(), LNTXModel.of(*batches.start()).to(device)

        def loss(parameters: dict[str, Tensor], x: Tensor, y: Tensor) -> Any:
            return criterion(functional_call(model, parameters, (x,)), y)

        def step(parameters: dict[str, Tensor], velocities: list[Tensor | None], x: Tensor, y: Tensor) -> Any:
            gradients = grad(loss)(parameters, x, y)
            parameters = {name: value.clone() for name, value in parameters.items()}
            velocities = [None if value is None else value.clone() for value in velocities]
            sgd(
                list(parameters.values()), [gradients[name] for name in parameters], velocities,
                lr=recipe.lr, momentum=recipe.momentum, dampening=recipe.dampening, nesterov=recipe.nesterov,
                weight_decay=recipe.weight_decay, maximize=False, foreach=True,
            )  # fmt: skip
            return parameters, velocities

        self._batches, self._step = batches, compiled(step)

    @torch.no_grad()
    def train(self, recipe: Recipe) -> Fit:
        """Train from state to state."""
        parameters = dict(zip(("weight", "bias"), self._batches.start(), strict=True))
        velocities, history = [None, None], History(recipe)
        for epochs in recipe.segments():
            for epoch in epochs:
                for x, y in self._batches.of(epoch):
                    parameters, velocities = self._step(parameters, velocities, x, y)
            history.keep(epochs.stop, *parameters.values())
        return history.fit(*parameters.values())

    def rehearsals(self, recipe: Recipe) -> Iterator[int]:
        """Yield two epochs where there are two: the very first step makes the velocities, and is a graph of its own."""
        yield min(2, recipe.epochs)
