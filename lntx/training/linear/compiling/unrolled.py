"""Several steps in one graph, written one after the other: a call's price is shared, the time to compile grows."""

from collections.abc import Iterator

import torch
from torch import Tensor

from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.compiling.descent import State, beginning, descent
from lntx.training.linear.compiling.graphs import compiled
from lntx.training.recipe import Recipe


class Unrolled:
    """A graph of so many steps, and further ones for what is left over."""

    def __init__(self, batches: Batches, recipe: Recipe, device: str, *, limit: int) -> None:
        """Make the graph's function; limit is the most steps that one call does."""
        step = descent(recipe)

        def chunk(state: State, X: Tensor, Y: Tensor) -> State:
            for x, y in zip(X, Y, strict=True):
                state = step(state, x, y)
            return state

        self._batches, self._limit = batches, limit
        self._chunk = compiled(chunk, native=device == "cpu")

    @torch.no_grad()
    def train(self, recipe: Recipe) -> Fit:
        """Train, a chunk a call."""
        state, history = beginning(self._batches, recipe), History(recipe)
        for epochs in recipe.segments():
            for X, Y in self._chunks(epochs):
                state = self._chunk(state, X, Y)
            history.keep(epochs.stop, *state[:2])
        return history.fit(*state[:2])

    def rehearsals(self, recipe: Recipe) -> Iterator[int]:
        """Yield an epoch, which meets whole chunks, its last steps and its last smaller batch; or chunks of epochs."""
        if len(self._batches.X) > self._batches.rows:
            yield 1
            return
        lengths = {len(stretch) for stretch in recipe.segments()}
        yield from {min(length, self._limit) for length in lengths} | {length % self._limit for length in lengths} - {0}

    def _chunks(self, epochs: range) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield batches in stacks: steps x batch size x features, and x outputs."""
        batches, limit = self._batches, self._limit
        samples, rows = len(batches.X), batches.rows
        if rows == samples:  # full batch: the same samples, epoch after epoch
            for done in range(0, len(epochs), limit):
                steps = min(limit, len(epochs) - done)
                yield batches.X.expand(steps, -1, -1), batches.Y.expand(steps, -1, -1)
            return
        whole = samples // rows * rows
        for epoch in epochs:
            X, Y = batches.ordered(epoch)
            stacks = (torch.split(part[:whole].view(-1, rows, part.shape[1]), limit) for part in (X, Y))
            yield from zip(*stacks, strict=True)
            if whole < samples:
                yield X[whole:][None], Y[whole:][None]
