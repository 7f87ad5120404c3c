"""Steps of SGD by several ranks: each the gradient of its own rows, one sum of them all, and the same step by everyone."""

import torch
from torch import Tensor

from lntx.errors import InputError
from lntx.training.fit import Fit, Snapshot
from lntx.training.history import History
from lntx.training.linear.ranks.group import Group
from lntx.training.linear.ranks.share import Share
from lntx.training.linear.ranks.snapshots import Snapshots
from lntx.training.optimizer import update
from lntx.training.recipe import Recipe


class Descent:
    """The training of one rank."""

    def __init__(self, share: Share, recipe: Recipe) -> None:
        """Take a rank's rows."""
        self.share, self.recipe, self.move = share, recipe, update(recipe)

    @property
    def group(self) -> Group:
        """This rank."""
        return self.share.group

    @torch.no_grad()
    def trained(self, start: tuple[Tensor, Tensor], kept: Snapshots | None, *, given: bool) -> Fit:
        """Train from a start (weights, bias), or on from where a snapshot stands.

        given: whether other ranks are other processes, whose start is rank 0's, too.
        """
        state = _State(*(tensor.to(self.share.X.device, copy=True) for tensor in start))
        if given:
            state.take_firsts(self.group)
        if kept:
            state.go_on(self.group, kept)
        history = History(self.recipe, state.snapshots)
        for epochs in self.recipe.segments():
            if epochs.stop <= state.epoch:
                continue
            for epoch in range(max(epochs.start, state.epoch), epochs.stop):
                self._steps(epoch, state, history, kept)
            history.keep(epochs.stop, state.weights, state.bias)
        if kept and self.group.rank == 0:
            kept.write(state.stored(history))
        return history.fit(state.weights, state.bias)

    def _steps(self, epoch: int, state: "_State", history: History, kept: Snapshots | None) -> None:
        """Take the steps of an epoch that aren't done."""
        done = state.batch if epoch == state.epoch else 0
        state.epoch = epoch
        weights, bias = state.weights, state.bias
        sums = torch.empty(weights.numel() + bias.numel(), dtype=weights.dtype, device=weights.device)
        slope, offset = sums[: weights.numel()].view_as(weights), sums[weights.numel() :]
        outputs, writes = len(bias), kept if self.group.rank == 0 else None
        for number, (samples, x, y) in enumerate(self.share.of_epoch(epoch), 1):
            if number <= done:
                continue
            if len(x):
                residual = torch.addmm(bias, x, weights.t()).sub_(y)
                torch.mm(residual.t(), x, out=slope)
                torch.sum(residual, 0, out=offset)
            else:
                sums.zero_()
            self.group.sum(sums)
            factor = 2 / (samples * outputs)
            self.move(weights, slope, state.memory[0], factor, state.share)
            self.move(bias, offset, state.memory[1], factor, state.share)
            state.share, state.batch = 1 - self.recipe.dampening, number
            if writes and writes.due:
                writes.write(state.stored(history))


class _State:
    """Where a training stands: weights, bias, their momentum buffers, and the epoch and its batches that are done.

    share is that of the next gradient that enters the buffer: 1 on the first step, as in torch.
    """

    def __init__(self, weights: Tensor, bias: Tensor) -> None:
        self.weights, self.bias = weights, bias
        self.memory = (torch.zeros_like(weights), torch.zeros_like(bias))
        self.epoch, self.batch, self.share = 0, 0, 1.0
        self.snapshots: tuple[Snapshot, ...] = ()

    def take_firsts(self, group: Group) -> None:
        """Take what rank 0 has for this rank's own."""
        for tensor in (self.weights, self.bias, *self.memory):
            if group.rank:
                tensor.zero_()
            group.sum(tensor)

    def go_on(self, group: Group, kept: Snapshots) -> None:
        """Go on from where rank 0's snapshot stands, if there is one."""
        where = torch.zeros(3, dtype=torch.float64, device=self.weights.device)
        if group.rank == 0 and (found := kept.stored()):
            try:
                self._read(found)
            except (KeyError, RuntimeError) as error:
                raise InputError(f"the snapshot {kept.path} is damaged; remove it to train from the start") from error
            where.copy_(torch.tensor([self.epoch, self.batch, self.share], dtype=torch.float64))
        group.sum(where)
        epoch, batch, share = where.tolist()
        if batch:
            self.epoch, self.batch, self.share = int(epoch), int(batch), share
            self.take_firsts(group)

    def stored(self, history: History) -> dict[str, Tensor]:
        """Return all of it, as a snapshot holds it."""
        kept = history.snapshots
        return {
            "weights": self.weights,
            "bias": self.bias,
            "memory.weights": self.memory[0],
            "memory.bias": self.memory[1],
            "position": torch.tensor([self.epoch, self.batch]),
            "share": torch.tensor(self.share, dtype=torch.float64),
            "history.epochs": torch.tensor([one.epoch for one in kept], dtype=torch.int64),
            "history.weights": torch.stack([one.weights for one in kept]) if kept else torch.empty(0),
            "history.bias": torch.stack([one.bias for one in kept]) if kept else torch.empty(0),
        }

    def _read(self, found: dict[str, Tensor]) -> None:
        for name, tensor in zip(
            ("weights", "bias", "memory.weights", "memory.bias"), (self.weights, self.bias, *self.memory), strict=True
        ):
            tensor.copy_(found[name])
        self.epoch, self.batch = found["position"].tolist()
        self.share = found["share"].item()
        parts = (found[f"history.{name}"] for name in ("epochs", "weights", "bias"))
        self.snapshots = tuple(Snapshot(int(epoch), *rest) for epoch, *rest in zip(*parts, strict=True))
