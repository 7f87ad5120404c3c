"""Timed batches, and what disturbed them: stolen time, interruptions, compilation, and a GPU that has yet to finish."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import lru_cache
from resource import RUSAGE_SELF, getrusage
from typing import Any

_STAT = "/proc/stat"
_TASKS = "/proc/self/task"
_STEAL = 8  # its column in /proc/stat, after the core's name
_MUCH = 1.05  # times what was allocated when all was collected last


class Stopwatch:
    """Times batches of a process, one after another."""

    def __init__(self, *, watched: bool = False) -> None:
        """Begin with nothing compiled; watched: a tracer stays on while it times."""
        self.compilers = Compilers()
        self.watched = watched
        self._blocks: int | None = None

    def settle(self) -> None:
        """Collect what setting up has left: all generations where much is new, as that takes 0.1 s once torch is loaded."""
        blocks = allocated()
        if not (blocks and self._blocks) or blocks > _MUCH * self._blocks:
            gc.collect()
            self._blocks = allocated()
        else:
            gc.collect(1)
            self._blocks = min(blocks, self._blocks)

    def batch(self, work: Any, iterations: int, *, brief: bool = False) -> dict[str, Any]:
        """Time so many calls, after one more where they are several, or brief; what they leave is collected before the next."""
        gc.collect(1)  # with torch loaded, a full collection takes longer than a batch, and finds nothing more
        with undisturbed(watched=self.watched):
            if iterations > 1 or brief:
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
    collecting = gc.isenabled()
    gc.disable()
    try:
        with nullcontext() if watched else untraced():
            yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def untraced() -> Iterator[None]:
    """Keep all tracers away."""
    tracer, profiler = sys.gettrace(), sys.getprofile()
    sys.settrace(None)
    sys.setprofile(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
        sys.setprofile(profiler)


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


def stolen_s(opened: Callable[..., Any] = open) -> float:
    """Seconds that the hypervisor has taken from the cores that this process may use, since the machine began.

    `opened` opens files, whatever a test puts in its place.
    """
    try:
        with opened(_STAT, "rb", buffering=0) as file:  # thin: it is read twice a batch
            lines = file.read().splitlines()
        names = {b"cpu%d" % core for core in os.sched_getaffinity(0)}
        ticks = [int(columns[_STEAL]) for columns in map(bytes.split, lines) if columns and columns[0] in names]
        return sum(ticks) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, IndexError, ValueError):  # not on Linux, or not told
        return 0.0


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


def allocated() -> int | None:
    """Count what is allocated, in Python's own blocks; None where that isn't known."""
    return sys.getallocatedblocks() if hasattr(sys, "getallocatedblocks") else None


def torch() -> Any:
    """Return torch where the project has loaded it, else None: a worker loads nothing that the project doesn't."""
    return sys.modules.get("torch")


def finisher() -> Callable[[], None] | None:
    """Return what waits for all work on the GPUs in use; None where there is none."""
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


# Frozen controls: functions that hold none of the project's code, so that only the machine can make them slower.

_TURNS = 500
_BYTES = 8 << 20  # more than a core's own cache


def arithmetic() -> int:
    """Do some integer arithmetic and calls in the interpreter."""
    total = 0
    for number in range(_TURNS):
        total += _step(number, total)
    return total


def memory() -> int:
    """Walk once over some megabytes."""
    return _block().find(b"\x01")


CONTROLS = (arithmetic, memory)


def _step(number: int, total: int) -> int:
    return (number * 7 + total) & 1023


@lru_cache(maxsize=1)
def _block() -> bytes:
    return b"\2" * _BYTES  # written to: pages that nobody has written are all the same one
