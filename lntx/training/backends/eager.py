"""Eager autograd: nn.Linear, MSELoss and torch.optim.SGD, as the tutorial does it.

For each batch: zero_grad, forward, backward, step. Nothing is left out and nothing is added: this is what the others
are compared with.
"""

from typing import Any

from torch import nn

from lntx.training.backends.interface import Run
from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.model import LNTXModel
from lntx.training.linear.problem import Problem
from lntx.training.optimizer import sgd
from lntx.training.recipe import Recipe

WORK = "steps"


def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
    """Take everything: this is what torch itself does."""
    return None


def prepare(problem: Problem, recipe: Recipe, device: str) -> Run:
    """Upload the samples."""
    batches = Batches(problem, recipe, device)

    def run() -> Fit:
        model = LNTXModel.of(*batches.start()).to(device)
        criterion = nn.MSELoss()
        optimizer = sgd(model.parameters(), recipe)
        history = History(recipe)
        for epochs in recipe.segments():
            for epoch in epochs:
                for x, y in batches.of(epoch):
                    optimizer.zero_grad()
                    criterion(model(x), y).backward()
                    optimizer.step()
            history.keep(epochs.stop, model.weight, model.bias)
        return history.fit(model.weight, model.bias)

    return run
