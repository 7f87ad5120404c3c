"""The whole step compiled: the model, its gradient, and the optimizer."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from lntx.host import compilers
from lntx.training.loop.rehearsal import rehearsed, too_many, varying
from lntx.training.loop.way import Ground, Step

NAME = "compiled:step"
LABEL = "torch.compile: the whole step compiled, the optimizer too"


def refuses(ground: Ground) -> str | None:
    """Refuse where the generated code has no compiler, and where a scheduler or a batch changes what it was compiled for."""
    if ground.made.others:
        return (
            "start gives a scheduler or the like, and each new learning rate would compile the step anew; take compiled"
        )
    return compilers.refuses(ground.device) or varying(ground) or too_many(ground)


def arrange(_ground: Ground) -> None:
    """Forget other loops' graphs, which count against a limit."""
    torch._dynamo.reset()  # noqa: SLF001  (it has no other name)


def finish(step: Step, ground: Ground) -> Step:
    """Compile the step, for each shape."""
    options: dict[str, Any] | None = {"fallback_random": True} if ground.draws else None
    with _quiet():
        return rehearsed(torch.compile(step, dynamic=False, options=options), ground)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep from users what dynamo says of its own looking into a step: a loss has no gradient, a profiler isn't there."""
    log = logging.getLogger("torch._dynamo.variables.ctx_manager")
    before, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The .grad attribute of a Tensor that is not a leaf")
            yield
    finally:
        log.disabled = before
