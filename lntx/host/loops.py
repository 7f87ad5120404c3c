"""Numba loops whose speed is a limit of the machine: nothing but reading, nothing but waiting, nothing but waking up."""

from typing import Any

import numpy as np
from numba import njit, prange

_SUMS = {"reassoc", "nsz", "contract"}
_BLOCK = 4096


@njit(cache=True, nogil=True, fastmath=_SUMS)
def read_alone(x: Any, rounds: int) -> Any:  # pragma: no cover
    """Sum x so many times on one core, in its dtype within blocks and in float64 across them.

    Four sums at a time keep the vector units from waiting for each other.
    """
    zero = x.dtype.type(0)  # not 0, with which float32 would be summed in float64
    total = 0.0
    for _ in range(rounds):
        for start in range(0, len(x), _BLOCK):
            block = x[start : start + _BLOCK]  # counted from 0, or numba asks of each index whether it is negative
            quarter = len(block) // 4
            one, two, three, four = block[:quarter], block[quarter:], block[2 * quarter :], block[3 * quarter :]
            a, b, c, d = zero, zero, zero, zero
            for i in range(quarter):
                a += one[i]
                b += two[i]
                c += three[i]
                d += four[i]
            for i in range(quarter, len(four)):
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


@njit(cache=True, nogil=True)
def wait_for_sums(start: Any, term: Any, times: int) -> Any:  # pragma: no cover
    """Add so many times, each time to what the time before gave: on some processors sooner there than a product."""
    for _ in range(times):
        start = start + term
    return start


@njit(parallel=True, cache=True, nogil=True)
def fork(values: Any) -> None:  # pragma: no cover
    """Let each core write one number."""
    for i in prange(len(values)):
        values[i] = i
