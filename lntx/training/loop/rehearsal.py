"""Steps that don't count: what compiles, or is made at a first step, is there before the first that does."""

import torch

from lntx.training.loop.way import Ground, Step

_TIMES = 2  # the first step makes the optimizer's state, which compilers tell from one that is there


_FEW = 8  # shapes that torch compiles for, unless somebody says otherwise


def too_many(ground: Ground) -> str | None:
    """Say why batches have more shapes than torch compiles for: beyond that it runs what was to be compiled as written."""
    count = len(list(ground.batches.shapes()))
    if count <= _FEW:
        return None
    config = torch._dynamo.config  # noqa: SLF001  (it has no other name; asking for it takes seconds)
    most = int(getattr(config, "recompile_limit", 0) or config.cache_size_limit)
    if count <= most:
        return None
    return (
        f"the batches have {count} shapes, and torch compiles for {most} at most; let them have fewer (drop_last=True)"
    )


def varying(ground: Ground) -> str | None:
    """Say why a whole step can't be compiled or recorded where batches differ in numbers or texts that are no tensors."""
    if ground.batches.constant:
        return None
    return (
        "the batches hold numbers or texts that differ, and the step would be made anew for each; give them as tensors"
    )


def rehearsed(step: Step, ground: Ground) -> Step:
    """Take steps on a batch of each shape, and return the step; whoever prepares starts over afterwards."""
    for _ in range(_TIMES):
        for batch in ground.batches.shapes():
            step(*batch)
    return step
