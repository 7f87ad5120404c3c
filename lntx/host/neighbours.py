"""What else was at work while a cell was timed, or a limit probed: other processes, and whoever shares a virtual machine's host.

It says how far times and limits may be trusted, on machines that others use as well.
"""

import os
import time
from contextlib import suppress
from typing import Self

import psutil

SHARE = "others_share"
"""The counter's name: a share of this machine's processors, from 0 to 1."""

_LEAST_S = 0.1
"""Systems count processors' time in ticks of 10 ms; of anything shorter they know too little."""


class Neighbours:
    """The share of the machine's processors that others took since this was entered, the hypervisor among them."""

    def __enter__(self) -> Self:
        """Read the clocks of the machine and of this process."""
        self._busy, self._own, self._wall = _busy(), _own(), time.perf_counter()
        self._found: dict[str, float] = {}
        return self

    def __exit__(self, *_: object) -> None:
        busy, own = _busy() - self._busy, _own() - self._own
        whole = time.perf_counter() - self._wall
        if whole >= _LEAST_S:
            self._found = {SHARE: min(1.0, max(0.0, busy - own) / (whole * (psutil.cpu_count() or 1)))}

    def counted(self) -> dict[str, float]:
        """Return the share; nothing where the time was too short to tell."""
        return self._found


def _own() -> float:
    """Add up the seconds of this process and of those that it started, also those that ended: none of them is a neighbour."""
    ended = os.times()
    seconds = time.process_time() + ended.children_user + ended.children_system
    with suppress(psutil.Error):  # one ended a moment ago
        for child in psutil.Process().children(recursive=True):
            times = child.cpu_times()
            seconds += times.user + times.system
    return seconds


def _busy() -> float:
    """Add up the seconds in which processors did anything at all, or were taken away."""
    times = psutil.cpu_times()
    twice_or_idle = ("idle", "iowait", "guest", "guest_nice")  # guests are in user and nice as well
    return float(sum(seconds for name, seconds in times._asdict().items() if name not in twice_or_idle))
