"""Timed batches, and what disturbed them: time stolen by the hypervisor, interruptions by the system, compilation."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from resource import RUSAGE_SELF, getrusage
from typing import Any

from .compilers import Compilers

_STAT = "/proc/stat"
_TASKS = "/proc/self/task"
_STEAL = 8  # its column in /proc/stat, after the core's name


class Stopwatch:
    """Times batches of a process, one after another."""

    def __init__(self, *, watched: bool = False) -> None:
        """Begin with nothing compiled; watched: a tracer stays on while it times."""
        self.compilers = Compilers()
        self.watched = watched

    def settle(self) -> None:
        """Collect what setting up has left, all generations of it."""
        gc.collect()

    def batch(self, work: Any, iterations: int) -> dict[str, Any]:
        """Time so many calls; what they leave behind is collected before the next."""
        gc.collect(1)  # with torch loaded, a full collection takes longer than a batch, and finds nothing more
        with undisturbed(watched=self.watched):
            if iterations > 1:
                work.run(1)  # the other arm had the caches
            stolen, switches = stolen_s(), interruptions()
            spent = work.run(iterations)
            switches, stolen = interruptions() - switches, stolen_s() - stolen
        return {
            "seconds": spent / 1e9,
            "iterations": iterations,
            "stolen": max(0.0, stolen),
            "switches": switches,
            "compiles": self.compilers.count(),
        }


@contextmanager
def undisturbed(*, watched: bool = False) -> Iterator[None]:
    """Keep the garbage collector and all tracers away; watched: what runs is to be seen, and isn't timed for its own sake."""
    collecting, tracer, profiler = gc.isenabled(), sys.gettrace(), sys.getprofile()
    gc.disable()
    if not watched:
        sys.settrace(None)
        sys.setprofile(None)
    try:
        yield
    finally:
        if not watched:
            sys.settrace(tracer)
            sys.setprofile(profiler)
        if collecting:
            gc.enable()


def pin(cores: list[int]) -> None:
    """Keep this process to some cores, where the system can: all its threads, those that libraries have made included."""
    if not cores or not hasattr(os, "sched_setaffinity"):
        return
    threads = [int(name) for name in os.listdir(_TASKS)] if os.path.isdir(_TASKS) else [0]  # noqa: PTH112, PTH208
    for thread in threads:
        with suppress(OSError):  # it may have ended, and a container may not own the cores
            os.sched_setaffinity(thread, cores)


def interruptions() -> int:
    """Count how often the system took the core away from this process."""
    return getrusage(RUSAGE_SELF).ru_nivcsw


def stolen_s() -> float:
    """Seconds that the hypervisor has taken from the cores that this process may use, since the machine began."""
    try:
        with open(_STAT, "rb", buffering=0) as file:  # noqa: PTH123  (thin: it is read twice a batch)
            lines = file.read().splitlines()
        names = {b"cpu%d" % core for core in os.sched_getaffinity(0)}
        ticks = [int(columns[_STEAL]) for columns in map(bytes.split, lines) if columns and columns[0] in names]
        return sum(ticks) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, IndexError, ValueError):  # not on Linux, or not told
        return 0.0
