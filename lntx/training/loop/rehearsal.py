"""Steps that don't count: what compiles, or is made at a first step, is there before the first that does."""

from lntx.training.loop.way import Ground, Step

_TIMES = 2  # the first step makes the optimizer's state, which compilers tell from one that is there


def rehearsed(step: Step, ground: Ground) -> Step:
    """Take steps on a batch of each shape, and return the step; whoever prepares starts over afterwards."""
    for _ in range(_TIMES):
        for batch in ground.batches.shapes():
            step(*batch)
    return step
