"""How many threads a measurement uses: the physical cores that this process may have, set in every library."""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def physical() -> int:
    """Count the physical cores that this process may use, by affinity and, in a container, by its quota.

    Two threads of one core share its arithmetic units, so that more threads than cores only disturb each other.
    """
    logical = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cores = psutil.cpu_count(logical=False) or logical
    return max(1, min(logical, cores, _quota()))


def limit(threads: int) -> None:
    """Set the threads of torch and of the BLAS and OpenMP libraries that are loaded."""
    import torch  # noqa: PLC0415  (counting cores needs none)
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    torch.set_num_threads(threads)
    threadpool_limits(limits=threads)


@contextmanager
def single() -> Iterator[None]:
    """Let BLAS use one thread meanwhile, for what isn't timed.

    OpenBLAS's threads wait for each other by spinning: on a machine that others use too, the eigenvectors of a proof
    take 15 s instead of one.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    with threadpool_limits(limits=1, user_api="blas"):
        yield


def _quota() -> int:
    try:
        quota, period = _QUOTA.read_text(encoding="utf-8").split()
        return max(1, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):  # no control group of version 2, or "max"
        return os.cpu_count() or 1
