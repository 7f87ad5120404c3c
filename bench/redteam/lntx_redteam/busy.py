"""Regular studies of honest backends beside others' work: two at once, and for each core a process that computes in bursts.

The bursts, of products and copies, and the pauses between them are drawn between nothing and two seconds, so that a limit
may be probed in a pause and a cell measured in a burst, or the other way round: what shared runners do to each other.
"""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import numpy as np
import psutil

from lntx_redteam import studies
from lntx_redteam.studies import Counted, table

__all__ = ["run", "table"]

_LONGEST_S = 2.0
_SIZE = 512  # of the matrices that are multiplied; copies are of 32 MB


def run(number: int, seed: int) -> tuple[Counted, ...]:
    """Make that many studies beside others' work; LntxError where one ends otherwise than it should."""
    with _others(seed):
        return studies.run(number, seed, "busy", side_by_side=2)


@contextmanager
def _others(seed: int) -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    cores = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else psutil.cpu_count()
    working = [context.Process(target=_work, args=((seed, core),), daemon=True) for core in range(cores or 1)]
    for one in working:
        one.start()
    try:
        yield
    finally:
        for one in working:
            one.terminate()
            one.join()


def _work(seed: tuple[int, int]) -> None:
    random = np.random.default_rng(seed)
    matrix, array = random.standard_normal((_SIZE, _SIZE)), np.zeros(4 * 2**20)
    while True:
        ends = monotonic() + random.uniform(0, _LONGEST_S)
        while monotonic() < ends:
            matrix @ matrix
            array.copy()
        sleep(random.uniform(0, _LONGEST_S))
