"""The threads of a measurement: one for each physical core that this process may have, each kept on its own core."""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_native_id

import psutil

from lntx.host import control_groups

VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
_TASKS = Path("/proc/self/task")
_SIBLINGS = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"


def physical() -> int:
    """Count the physical cores that this process may use, by affinity and, in a container, by its quota.

    Two threads of one core share its arithmetic units, so that more threads than cores only disturb each other.
    """
    cores = len(_cores()) or psutil.cpu_count(logical=False) or os.cpu_count() or 1
    return max(1, min(cores, _quota()))


def unheeded() -> str | None:
    """Say which of `VARIABLES` ask for another number of threads than a study takes; None where none does."""
    count = physical()
    given = [f"{name}={text}" for name in VARIABLES if (text := os.environ.get(name, str(count))) != str(count)]
    if not given:
        return None
    threads = "1 thread" if count == 1 else f"{count} threads, one for each physical core"
    return f"a study takes {threads}, whatever {' and '.join(given)} may say; taskset gives it fewer"


def pins() -> bool:
    """Whether `pinned` keeps as many threads as `physical` counts on cores of their own; Linux alone can."""
    return _TASKS.is_dir() and 1 < physical() == len(_cores())


@contextmanager
def pinned(threads: int) -> Iterator[None]:
    """Keep each of this process's threads on a core of its own meanwhile, where so many of them fill the machine.

    The threads of a pool wait for each other by spinning. Beside one busy process the scheduler may leave two of them
    on one core, and each step then takes the 8 ms until it swaps them, a hundred times what the work does. With cores to
    spare it is better left alone, as one thread is. All pools must be there already: a thread started meanwhile
    inherits the one core of whoever starts it.

    OMP_PROC_BIND=true would do it for one OpenMP runtime: a second one, as numba loads, finds a process bound to one core
    and runs on that; and it knows nothing of OpenBLAS.
    """
    cores = _cores()
    if not pins() or threads != len(cores):
        yield
        return
    caller, everywhere = get_native_id(), os.sched_getaffinity(0)
    others = [thread for thread in _tasks() if thread != caller]
    try:
        _move(caller, cores[0])
        for i, thread in enumerate(others):  # a pool's threads are numbered in a row: no two share a core
            _move(thread, cores[1 + i % (len(cores) - 1)])
        yield
    finally:
        for thread in _tasks():
            _move(thread, everywhere)


def _tasks() -> list[int]:
    return sorted(int(task.name) for task in _TASKS.iterdir())


def _move(thread: int, cores: set[int]) -> None:
    with suppress(ProcessLookupError):  # it ended meanwhile
        os.sched_setaffinity(thread, cores)


def _cores() -> list[set[int]]:
    """List the physical cores that this process may use, each as its logical ones."""
    if not hasattr(os, "sched_getaffinity"):
        return []
    return _cores_of(os.sched_getaffinity(0))


def _cores_of(logical: set[int]) -> list[set[int]]:
    return sorted((set(core) for core in {_siblings(number) & logical for number in logical}), key=min)


def _siblings(logical: int) -> frozenset[int]:
    try:
        return listed(Path(_SIBLINGS.format(logical)).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not every virtual machine says
        return frozenset({logical})


def listed(text: str) -> frozenset[int]:
    """Read a list of cores as Linux writes it: 0-1,4 are 0, 1 and 4. ValueError for anything else."""
    ends = [[int(end) for end in part.split("-")] for part in text.strip().split(",")]
    return frozenset(core for low, *high in ends for core in range(low, (high or [low])[0] + 1))


def _quota() -> int:
    """Count the processors that control groups leave, of whichever version and however deep they are nested."""
    found = control_groups.tightest()
    return max(1, math.ceil(found.cpus)) if found else os.cpu_count() or 1
