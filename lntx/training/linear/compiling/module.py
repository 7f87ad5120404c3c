"""The module and its loss compiled, autograd and torch.optim.SGD around them: what most people do."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.compiling.graphs import compiled
from lntx.training.linear.model import LNTXModel
from lntx.training.optimizer import sgd
from lntx.training.recipe import Recipe


class Module:
    """The module and its loss in a graph, and its backward in another; autograd and torch.optim.SGD around them."""

    def __init__(self, batches: Batches, _recipe: Recipe, device: str) -> None:
        """Make the graph's function, and one module for all trainings: a new one would be compiled anew."""
        criterion = nn.MSELoss()

        def loss(model: LNTXModel, x: Tensor, y: Tensor) -> Any:
            return criterion(model(x), y)

        self._batches, self._loss = batches, compiled(loss)
        self._model = LNTXModel.of(*batches.start()).to(device)

    def train(self, recipe: Recipe) -> Fit:
        """Train, as one does."""
        model, batches = self._model, self._batches
        with torch.no_grad():
            for parameter, value in zip((model.weight, model.bias), batches.start(), strict=True):
                parameter.copy_(value)
        optimizer, history = sgd(model.parameters(), recipe), History(recipe)
        for epochs in recipe.segments():
            for epoch in epochs:
                for x, y in batches.of(epoch):
                    optimizer.zero_grad()
                    self._loss(model, x, y).backward()
                    optimizer.step()
            history.keep(epochs.stop, model.weight, model.bias)
        return history.fit(model.weight, model.bias)

    def rehearsals(self, _recipe: Recipe) -> Iterator[int]:
        """Yield one epoch: it meets both sizes of a batch."""
        yield 1
