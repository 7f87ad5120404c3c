"""torch's DistributedDataParallel around the first way: each batch is dealt out to ranks, which average their gradients."""

import warnings
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils import _pytree as pytree

from lntx.errors import InputError, told
from lntx.training.linear.ranks import local, process_group, team
from lntx.training.linear.ranks.group import Group
from lntx.training.loop.made import Made, named
from lntx.training.loop.way import Ground, Step

NAME = "ddp"
LABEL = "DistributedDataParallel: each batch dealt out to ranks, their gradients averaged"

_SEVERAL = 2


def refuses(ground: Ground) -> str | None:
    """Refuse where no ranks are asked for, or their parts of a batch would make another training."""
    try:
        count = len(team.devices(ground.device)) if team.asked() else 0
    except InputError as error:
        return str(error)
    if count < _SEVERAL:
        return f"it deals batches out to several ranks, and none are asked for; {team.COUNT}=2 starts two"
    return process_group.refuses(ground.device) or _another(ground, count)


def _another(ground: Ground, count: int) -> str | None:
    """Say why so many ranks would make another training; None where they don't."""
    made = ground.made
    if made.others:
        return "start gives a scheduler or the like, which each rank would need one of"
    if ground.draws:
        return "a step draws random numbers, and ranks that are threads of one process draw them in no order"
    for name, part in made.model.named_modules():
        if isinstance(part, nn.modules.batchnorm._BatchNorm) and part.training:  # noqa: SLF001  (what all of them are)
            return f"{name} takes statistics of a batch, and each rank has a part of one alone"
    if any(not _divides(batch, count) for batch in ground.batches.each):
        return (
            f"not every batch can be dealt out evenly to {count} ranks; leave a smaller last one out (drop_last=True)"
        )
    try:
        deepcopy(made.model)
    except Exception as error:  # noqa: BLE001  (a model may hold anything)
        return f"the model can't be copied for each rank: {told(error)}"
    return None


def arrange(_ground: Ground) -> None:
    """Leave model and optimizer as they are: they are rank 0's."""


def finish(_step: Step, ground: Ground) -> Step:
    """Give each rank the model, its optimizer and a step of its own, and let a step be everybody's."""
    if ground.draws:  # which wasn't known when it was asked about
        raise InputError(f"ddp can't be: {_another(ground, 1)}")
    places = team.devices(ground.device)
    ranks = local.started(places)
    each = [ground.made, *(_copied(ground.made, place) for place in places[1:])]
    handles = process_group.wrapped(ranks.groups)

    def prepared(group: Group) -> Step:
        made, device = each[group.rank], torch.device(group.device)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what torch thinks of several models in one process
            model = DistributedDataParallel(
                made.model, process_group=handles[group.rank], device_ids=[device] if device.type == "cuda" else None
            )
        step, after = ground.again(Made(model, made.optimizer))
        if after:
            raise InputError(
                "ddp can't be: the first way gives a function to be called after each epoch, and ranks have one each"
            )
        return step

    steps = ranks.each(prepared)
    return _Together(each, places, lambda parts: ranks.run(lambda group: steps[group.rank](*parts[group.rank])))


class _Together:
    """A step of all ranks: each on its part of the batch, from the same weights and the same state."""

    def __init__(self, each: list[Made], places: list[str], run: Callable[[list[tuple[Any, ...]]], Any]) -> None:
        self.each, self.places, self.run = each, places, run
        self.first = next(iter(each[0].trained.values()))
        self.version = -1

    def __call__(self, *batch: Any) -> Any:
        if self.first._version != self.version:  # noqa: SLF001  (somebody else wrote to it: the training starts over)
            self._follow()
        parts = [_part(batch, rank, len(self.places), place) for rank, place in enumerate(self.places)]
        result = self.run(parts)
        self.version = self.first._version  # noqa: SLF001
        return result

    @torch.no_grad()
    def _follow(self) -> None:
        """Give the other ranks what rank 0 has: weights, buffers, the optimizer's state, no gradients."""
        whole = named(self.each[0].model)
        state = self.each[0].optimizer.state_dict()
        for made in self.each[1:]:
            for name, tensor in named(made.model).items():
                tensor.copy_(whole[name])
            made.optimizer.load_state_dict(deepcopy(state))
            made.optimizer.zero_grad()


def _copied(made: Made, place: str) -> Made:
    """Copy model and optimizer for another rank, to its device."""
    model, optimizer = deepcopy((made.model, made.optimizer))
    copy = Made(model, optimizer)
    if place != "cpu":
        copy.to(place)
    return copy


def _rows(batch: tuple[Any, ...]) -> set[int]:
    return {len(leaf) if leaf.ndim else 0 for leaf in pytree.tree_leaves(batch) if isinstance(leaf, Tensor)}


def _divides(batch: tuple[Any, ...], count: int) -> bool:
    rows = _rows(batch)
    return len(rows) == 1 and 0 not in rows and not min(rows) % count


def _part(batch: tuple[Any, ...], rank: int, count: int, place: str) -> tuple[Any, ...]:
    """Take a rank's rows of every tensor of a batch."""

    def cut(leaf: Any) -> Any:
        if not isinstance(leaf, Tensor):
            return leaf
        share = len(leaf) // count
        return leaf[rank * share : (rank + 1) * share].to(place)

    found: tuple[Any, ...] = pytree.tree_map(cut, batch)
    return found
