"""Waiting for a GPU: asking torch for it, if the project has loaded torch and has used one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def torch() -> Any:
    """Give torch where the project has loaded it, else None: a worker loads nothing that the project doesn't."""
    return sys.modules.get("torch")


def finisher() -> Callable[[], None] | None:
    """Give what waits for all work on the GPUs in use; None where there is none."""
    cuda: Any = getattr(torch(), "cuda", None)
    if cuda is None or not cuda.is_initialized():
        return None
    used = [number for number in range(cuda.device_count()) if cuda.memory_reserved(number)]
    if len(used) < 2:  # noqa: PLR2004
        return cuda.synchronize  # type: ignore[no-any-return]

    def finish() -> None:
        for number in used:
            cuda.synchronize(number)

    return finish
