"""An honest training in plain torch: `nn.Linear`, `torch.optim.SGD`, autograd."""

import torch
from torch import Tensor, nn

from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.model import initial
from lntx.training.recipe import Recipe


def descended(recipe: Recipe, X: Tensor, Y: Tensor) -> tuple[nn.Linear, History]:
    """Train on X (samples x features) and Y (samples x outputs), from the recipe's start."""
    start = initial(X.shape[1], Y.shape[1], recipe.seed, X.dtype)
    linear, history = nn.Linear(X.shape[1], Y.shape[1], dtype=X.dtype), History(recipe)
    linear.load_state_dict(dict(zip(("weight", "bias"), start, strict=True)))
    names = ("lr", "momentum", "dampening", "nesterov", "weight_decay")
    optimizer = torch.optim.SGD(linear.parameters(), **{name: getattr(recipe, name) for name in names})
    rows = recipe.rows(len(X))
    for epochs in recipe.segments():
        for epoch in epochs:
            order = recipe.order(epoch, len(X))
            index = torch.arange(len(X)) if order is None else torch.from_numpy(order)
            for part in index.split(rows):
                optimizer.zero_grad()
                nn.functional.mse_loss(linear(X[part]), Y[part]).backward()
                optimizer.step()
        history.keep(epochs.stop, linear.weight, linear.bias)
    return linear, history


def descending(recipe: Recipe, X: Tensor, Y: Tensor) -> Fit:
    """Train likewise, and give the fit."""
    linear, history = descended(recipe, X, Y)
    return history.fit(linear.weight, linear.bias)
