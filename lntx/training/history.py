"""The way there: snapshots of the weights while a training runs, and a listener who hears of them.

A backend's training makes a `History`, goes through `recipe.segments()`, and calls `keep` at the end of each. Losses
are computed from the snapshots afterwards, so that what is timed pays for a copy of the weights and nothing else; and
where the recipe logs nothing, for nothing at all.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from torch import Tensor

from lntx.errors import Diverged
from lntx.training.fit import Fit, Snapshot
from lntx.training.recipe import Recipe

Listener = Callable[[int], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener | None) -> Iterator[None]:
    """Let a listener hear each logged epoch of the trainings inside."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


class History:
    """The snapshots of one training."""

    def __init__(self, recipe: Recipe, snapshots: Iterable[Snapshot] = ()) -> None:
        """Start an empty history, or go on with one that was begun."""
        self._last = recipe.epochs
        self._snapshots = list(snapshots)

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """Return what was kept so far."""
        return tuple(self._snapshots)

    def keep(self, epoch: int, weights: Tensor, bias: Tensor) -> None:
        """Keep the weights after that many epochs, unless it is the end, which the fit itself holds.

        Raises Diverged at the first snapshot that is not finite.
        """
        if epoch == self._last:
            return
        snapshot = Snapshot(epoch, _settled(weights), _settled(bias))
        if not (snapshot.weights.isfinite().all() and snapshot.bias.isfinite().all()):
            raise Diverged(f"the weights are no longer finite after epoch {epoch}")
        self._snapshots.append(snapshot)
        if listener := _listener.get():
            listener(epoch)

    def fit(self, weights: Tensor, bias: Tensor) -> Fit:
        """Close the history with the final weights, copied to the CPU (which waits for a CUDA device)."""
        return Fit(_settled(weights), _settled(bias), tuple(self._snapshots))


def _settled(tensor: Tensor) -> Tensor:
    """Copy a tensor to the CPU, where a later step in place can't reach it."""
    return tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
