"""The state of a training on the device, and the shape of the tiles that its kernels take."""

import numpy as np
import torch
from torch import Tensor

from lntx.training.batches import Batches
from lntx.training.recipe import Recipe

TILE_BYTES = 2**15
"""Of X in a tile: 64 registers a thread of 4 warps, and enough to ask for at a time."""

_TALLEST = 512  # rows of a tile: with few columns, the rows' addresses take more registers than X does


class State:
    """What both ways to train have in common.

    theta and velocity are outputs x (features + 1), the bias last; constants are lr, momentum, weight decay, 1 -
    dampening, and the factors of the loss in a whole batch and in the last of an epoch.
    """

    def __init__(self, batches: Batches, recipe: Recipe, columns: int) -> None:
        self.batches, self.recipe = batches, recipe
        self.samples, self.rows = len(batches.X), batches.rows
        self.outputs, self.columns = batches.Y.shape[1], columns
        self.X, self.Y = batches.X.contiguous(), batches.Y.contiguous()
        self.theta = self.X.new_zeros(self.outputs, self.X.shape[1] + 1)
        self.velocity = torch.zeros_like(self.theta)
        self.weights, self.bias = self.theta[:, :-1], self.theta[:, -1]
        factors = [2 / (rows * self.outputs) for rows in (self.rows, self.samples % self.rows or self.rows)]
        numbers = [recipe.lr, recipe.momentum, recipe.weight_decay, 1 - recipe.dampening, *factors]
        self.constants = torch.tensor(numbers, dtype=self.theta.dtype, device=self.theta.device)
        self.tile = self.rows_of(TILE_BYTES)
        self.shape = {"FEATURES": self.X.shape[1], "OUTPUTS": self.outputs, "COLS": columns}
        self.update = {"MOMENTUM": recipe.momentum != 0, "NESTEROV": recipe.nesterov}

    def rows_of(self, tile_bytes: int) -> int:
        """Choose a tile's rows: a power of 2, no more than a batch needs."""
        room = tile_bytes // (self.columns * self.theta.element_size())
        return min(max(1, room), _TALLEST, 1 << (self.rows - 1).bit_length())

    def reset(self) -> None:
        """Begin with the initial weights and empty buffers."""
        for value, start in zip((self.weights, self.bias), self.batches.start(), strict=True):
            value.copy_(start)
        self.velocity.zero_()

    def orders(self, epochs: range) -> Tensor | None:
        """Draw the orders of some epochs, one behind the other; None for the order of the data."""
        drawn = [order for epoch in epochs if (order := self.recipe.order(epoch, self.samples)) is not None]
        return torch.from_numpy(np.concatenate(drawn)).to(self.theta.device) if drawn else None
