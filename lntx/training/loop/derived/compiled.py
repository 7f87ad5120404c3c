"""The model compiled, and the rest of the step as it is written."""

import torch

from lntx.host import compilers
from lntx.training.loop.rehearsal import rehearsed, too_many
from lntx.training.loop.way import Ground, Step

NAME = "compiled"
LABEL = "torch.compile: the model compiled, the rest of the step as written"


def refuses(ground: Ground) -> str | None:
    """Refuse where the generated code has no compiler, or would be made for too many shapes."""
    return compilers.refuses(ground.device) or too_many(ground)


def arrange(ground: Ground) -> None:
    """Compile the model in place, so that its tensors keep their names; random numbers are those of the model as written."""
    torch._dynamo.reset()  # noqa: SLF001  (it has no other name; graphs of other models count against a limit)
    ground.made.model.compile(dynamic=False, options={"fallback_random": True} if ground.draws else None)


def finish(step: Step, ground: Ground) -> Step:
    """Let each shape be compiled."""
    return rehearsed(step, ground)
