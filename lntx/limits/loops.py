"""Numba loops whose speed is a limit of the machine: nothing but reading, nothing but waiting, nothing but waking up."""

from typing import Any

import numpy as np
from numba import njit, prange

_SUMS = {"reassoc", "nsz", "contract"}


@njit(cache=True, nogil=True, fastmath=_SUMS)
def read_alone(x: Any, rounds: int) -> Any:  # pragma: no cover
    """Sum x so many times on one core; four sums at a time keep the vector units from waiting for each other."""
    quarter = len(x) // 4
    one, two, three, four = x[:quarter], x[quarter : 2 * quarter], x[2 * quarter : 3 * quarter], x[3 * quarter :]
    zero = x.dtype.type(0)  # not 0, with which float32 would be summed in float64
    total = zero
    for _ in range(rounds):
        a, b, c, d = zero, zero, zero, zero
        for i in range(quarter):
            a += one[i]
            b += two[i]
            c += three[i]
            d += four[i]
        total += a + b + c + d
    return total


@njit(parallel=True, cache=True, nogil=True, fastmath=_SUMS)
def read(x: Any, rounds: int, cores: int) -> Any:  # pragma: no cover
    """Sum x so many times; each core reads its own part."""
    sums = np.zeros(cores)
    for core in prange(cores):
        sums[core] = read_alone(x[len(x) * core // cores : len(x) * (core + 1) // cores], rounds)
    return sums


@njit(cache=True, nogil=True, fastmath={"contract"})
def wait(start: Any, factor: Any, term: Any, times: int) -> Any:  # pragma: no cover
    """Multiply and add so many times, each time what the time before gave."""
    for _ in range(times):
        start = start * factor + term
    return start


@njit(parallel=True, cache=True, nogil=True)
def fork(values: Any) -> None:  # pragma: no cover
    """Let each core write one number."""
    for i in prange(len(values)):
        values[i] = i
