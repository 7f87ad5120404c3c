"""The whole step recorded as a CUDA graph, and replayed."""

from typing import Any

from torch import Tensor
from torch.utils import _pytree as pytree

from lntx.training.device import current
from lntx.training.graphs import captured
from lntx.training.loop.batches import Arguments
from lntx.training.loop.origin import starts_in_place
from lntx.training.loop.rehearsal import varying
from lntx.training.loop.way import Ground, Step

NAME = "cudagraph"
LABEL = "CUDA graph: the whole step recorded once, and replayed"

_REHEARSALS = 3  # what a first step makes, such as the optimizer's state, isn't recorded, nor what autograd sets up


def refuses(ground: Ground) -> str | None:
    """Refuse off CUDA, and where a step changes what a graph has recorded as fixed."""
    made = ground.made
    if not ground.device.startswith("cuda"):
        return "a CUDA graph needs a CUDA device; --device cuda, where there is one"
    if made.others:
        return "start gives a scheduler or the like, and a graph keeps the learning rate that it was recorded with"
    if not starts_in_place(made.optimizer):
        return (
            f"{type(made.optimizer).__name__}'s state can't be put back in place (its own code, or a momentum with dampening), "
            "and a graph keeps the memory that it was recorded with"
        )
    if not ground.batches.alike:
        return "the batches differ in shape, and a graph is of one; leave a smaller last batch out (drop_last=True)"
    return varying(ground)


def arrange(ground: Ground) -> None:
    """Let the optimizer count its steps on the device, where a graph can."""
    for group in ground.made.optimizer.param_groups:
        if "capturable" in group:
            group["capturable"] = True


def finish(step: Step, ground: Ground) -> Step:
    """Warm up apart, record one step on inputs of its own, and copy each batch into them."""
    shown = next(ground.batches.shapes())
    held: Arguments = tuple(
        pytree.tree_map(lambda leaf: leaf.clone() if isinstance(leaf, Tensor) else leaf, part) for part in shown
    )
    places = _tensors(held)
    results: list[Any] = []

    def recorded() -> None:
        results[:] = [step(*held)]

    with current(ground.device):
        replay = captured(recorded, ground.device, _REHEARSALS)

    plain = all(isinstance(part, Tensor) for part in shown)

    def replayed(*batch: Any) -> Any:
        for place, leaf in zip(places, batch if plain else _tensors(batch), strict=True):
            place.copy_(leaf)
        replay()
        return results[0]

    return replayed


def _tensors(batch: Arguments) -> list[Tensor]:
    return [leaf for leaf in pytree.tree_leaves(batch) if isinstance(leaf, Tensor)]
