"""torch's scan operator: the step is compiled once, and a loop around it that does any number of steps in one call."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from lntx.training.batches import Batches
from lntx.training.fit import Fit
from lntx.training.history import History
from lntx.training.linear.compiling.descent import State, Step, beginning, descent
from lntx.training.linear.compiling.graphs import compiled
from lntx.training.recipe import Recipe

_SINCE = (2, 8)


def known() -> bool:
    """Whether torch's compiler can turn a scan into a loop."""
    return tuple(int(part) for part in torch.__version__.split(".")[:2]) >= _SINCE


class Scanned:
    """A graph of an epoch or, for full batch, of any number of epochs: they are its steps."""

    def __init__(self, batches: Batches, recipe: Recipe, device: str) -> None:
        """Make the graph's function."""
        self._batches, self._full = batches, len(batches.X) == batches.rows
        make = _repeated if self._full else _epoch
        self._graph = compiled(make(descent(recipe), batches.rows), native=device == "cpu")

    @torch.no_grad()
    def train(self, recipe: Recipe) -> Fit:
        """Train, an epoch a call; or with full batch a call for each stretch between two entries of the history."""
        batches = self._batches
        state, history = beginning(batches, recipe), History(recipe)
        for epochs in recipe.segments():
            if self._full:
                state = self._graph(state, batches.X, batches.Y, _turns(len(epochs), batches.X.device))
            else:
                for epoch in epochs:
                    state = self._graph(state, *batches.ordered(epoch))
            history.keep(epochs.stop, *state[:2])
        return history.fit(*state[:2])

    def rehearsals(self, recipe: Recipe) -> Iterator[int]:
        """Yield an epoch; with full batch two, which stand for any number but one."""
        lengths = {min(len(stretch), 2) for stretch in recipe.segments()}
        yield from lengths if self._full else {1}


def _turns(count: int, device: torch.device) -> Tensor:
    """Make something to scan over, nothing in it, whose length is no part of the graph."""
    turns = torch.empty(count, device=device)
    if count > 1:
        torch._dynamo.mark_dynamic(turns, 0)  # noqa: SLF001  (its documented name)
    return turns


def _epoch(step: Step, rows: int) -> Callable[..., State]:
    scan = _scan()

    def epoch(state: State, X: Tensor, Y: Tensor) -> State:
        whole = len(X) // rows * rows
        stacks = tuple(part[:whole].view(-1, rows, part.shape[1]) for part in (X, Y))
        state, _ = scan(lambda carry, batch: (step(carry, *batch), []), state, stacks)
        return step(state, X[whole:], Y[whole:]) if whole < len(X) else state

    return epoch


def _repeated(step: Step, _rows: int) -> Callable[..., State]:
    scan = _scan()

    def repeated(state: State, X: Tensor, Y: Tensor, turns: Tensor) -> State:
        state, _ = scan(lambda carry, _: (step(carry, X, Y), []), state, turns)
        return state

    return repeated


def _scan() -> Any:
    from torch._higher_order_ops.scan import scan  # noqa: PLC0415  (a prototype: where it is missing, others still work)

    return scan
