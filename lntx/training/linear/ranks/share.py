"""What a rank trains on: its own rows of X and Y, dealt out in a recipe's batches and order; it reads no others."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lntx.training import audit
from lntx.training.linear.problem import Array, Problem
from lntx.training.linear.ranks import ownership
from lntx.training.linear.ranks.group import Group
from lntx.training.recipe import Recipe

Part = tuple[int, Tensor, Tensor]
"""Of one step: the samples of the whole batch, and this rank's inputs and targets of it, which may be none."""


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A rank's rows, in the recipe's dtype, on its device.

    X and Y hold all rows where that costs nothing (whole), of which this rank touches its own; else its own alone.
    """

    X: Tensor
    Y: Tensor
    samples: int
    recipe: Recipe
    group: Group
    whole: bool

    @classmethod
    def of(cls, problem: Problem, recipe: Recipe, group: Group, *, shared: bool) -> "Share":
        """Take a rank's rows; on the CPU, arrays in the right dtype are used where they lie, also mapped ones.

        shared: whether lntx's own targets are to be used where they lie, too, so that what is written to them is seen.
        """
        dtype = np.dtype(recipe.dtype or problem.dtype)
        whole = group.device == "cpu" and problem.X.dtype == problem.Y.dtype == dtype
        X, Y = (problem.X, problem.Y) if whole else cls._own(problem, recipe, group, dtype)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The given NumPy array is not writable")  # nobody writes to it
            inputs, targets = (torch.as_tensor(array, device=group.device) for array in (X, Y))
        if not shared and whole:
            targets = targets.clone()
        if targets.device.type != "cpu":
            audit.watch(targets)
        return cls(inputs, targets, problem.samples, recipe, group, whole)

    @staticmethod
    def _own(problem: Problem, recipe: Recipe, group: Group, dtype: "np.dtype[np.generic]") -> tuple[Array, Array]:
        """Cut a rank's rows out, and cast no others."""
        batch, shuffled = recipe.rows(problem.samples), recipe.order(0, problem.samples) is not None
        rows = ownership.rows(problem.samples, batch, group.rank, group.ranks, shuffled=shuffled)
        return problem.X[rows].astype(dtype, copy=False), problem.Y[rows].astype(dtype, copy=False)

    def of_epoch(self, epoch: int) -> Iterator[Part]:
        """Yield this rank's part of each step of an epoch (counted from 0)."""
        order = self.recipe.order(epoch, self.samples)
        return self._in_order() if order is None else self._shuffled(order)

    def all(self) -> tuple[Tensor, Tensor]:
        """Return all of this rank's rows in full batch."""
        first, last = self._piece(0, self.samples, 0) if self.whole else (0, len(self.X))
        return self.X[first:last], self.Y[first:last]

    def _in_order(self) -> Iterator[Part]:
        batch, seen = self.recipe.rows(self.samples), 0
        for number, start in enumerate(range(0, self.samples, batch)):
            stop = min(start + batch, self.samples)
            first, last = self._piece(start, stop, number)
            if not self.whole:
                first, last = seen, seen + last - first
                seen = last
            yield stop - start, self.X[first:last], self.Y[first:last]

    def _shuffled(self, order: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> Iterator[Part]:
        batch = self.recipe.rows(self.samples)
        low, high = ownership.block(self.samples, self.group.rank, self.group.ranks)
        places = np.flatnonzero((order >= low) & (order < high))
        rows = torch.from_numpy(order[places] - (0 if self.whole else low)).to(self.X.device)
        counts = np.bincount(places // batch, minlength=-(-self.samples // batch)).tolist()
        pieces = zip(torch.split(self.X[rows], counts), torch.split(self.Y[rows], counts), strict=True)
        for number, (x, y) in enumerate(pieces):
            yield min(batch, self.samples - number * batch), x, y

    def _piece(self, start: int, stop: int, number: int) -> tuple[int, int]:
        return ownership.piece(start, stop, number, self.group.rank, self.group.ranks)
