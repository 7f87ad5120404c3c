"""Noticing compilation: whether torch's or numba's compilers were at work since the last look."""

from __future__ import annotations

import sys
from typing import Any


class Compilers:
    """Counts the looks that found something newly compiled."""

    def __init__(self) -> None:
        """Begin with nothing loaded."""
        self._seen: tuple[int, ...] = (0, 0)
        self._numba: Any = None
        self._looks = 0

    def count(self) -> int:
        """Look; the number grows whenever something was compiled since the last look."""
        now = (dynamo_frames(), self._functions())
        if now != self._seen:
            self._seen = now
            self._looks += 1
        return self._looks

    def _functions(self) -> int:
        """Count numba's compilations since it was first seen; its own loading counts as one."""
        event = sys.modules.get("numba.core.event")
        if event is None:
            return 0
        if self._numba is None:
            self._numba = event.RecordingListener()
            event.register("numba:compile", self._numba)
        return 1 + len(self._numba.buffer)


def dynamo_frames() -> int:
    """Count the frames and graphs that torch.compile has worked on in this process."""
    utils = sys.modules.get("torch._dynamo.utils")
    counters: Any = getattr(utils, "counters", {})
    return sum(
        sum(counters[name].values()) for name in ("frames", "stats", "inductor", "aot_autograd") if name in counters
    )
