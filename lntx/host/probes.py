"""The probes behind the limits: each is repeated for a while, and its best counts, as a limit is never beaten."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from time import perf_counter
from typing import Any

import numpy as np
import torch

from lntx.host.limits import Limits, Rates

SETS = (2**13, 2**17, 2**21, 2**23, 2**24, 2**25, 2**26, 2**28)
"""Working sets in bytes for each thread: the first caches, the second, the third and around its end, the memory.

A third cache that others use as well ends nowhere in particular, and data half in it are read faster than memory.
"""

_CUDA_SETS = (2**24, 2**30)  # what its second cache holds, and what it doesn't
_ROUGH = (2**17, 2**21, 2**24, 2**25)  # working sets, in bytes for each thread, for a rough look
_HASTE = 0.1  # times the budget of a probe, for a rough look
_TOGETHER = 20  # operations between two waits for the device
_BUDGET_S = 0.03  # of one probe
_PATIENCE = 5.0  # times that, beside a time that is too good
_AT_ONCE = 2**22  # bytes that one call reads: a millisecond or less, in which others may leave it alone
_CHAIN = 100_000
_CALLS = 500
_SIDE = 768  # of a matrix product: large enough for the vector units, small enough for the budget
_EIGEN = 128
_DTYPES = ("float32", "float64")


@lru_cache(maxsize=4)
def measured(device: str = "cpu", threads: int | None = None) -> Limits:
    """Find out what a device can do at most; on the CPU with so many threads, or those that torch uses now."""
    return _of_cpu(threads or torch.get_num_threads()) if device == "cpu" else _of_cuda(device)


def rough(device: str, threads: int) -> Limits:
    """Find out roughly what a device can do at most, in a fifth of a second: enough to choose, too little to judge times by."""
    return (
        _of_cpu(threads, tuple(size * threads for size in _ROUGH), patience=_HASTE)
        if device == "cpu"
        else _of_cuda(device)
    )


def beside(device: str, threads: int, size: float) -> Limits:
    """Probe a device again, reading a working set of just so many bytes: what could be done at this moment.

    Nothing is remembered of it. A CUDA device is probed as before.
    """
    return _of_cpu(threads, (int(size),), patience=_PATIENCE) if device == "cpu" else _of_cuda(device)


def _of_cpu(threads: int, sizes: tuple[int, ...] = (), patience: float = 1.0) -> Limits:
    """Probe the CPU; sizes are working sets in bytes of all threads together, if not the usual ones.

    What one thread reads alone counts for all of them, too: where others are at work, they wait for each other.
    """
    from lntx.host import loops  # noqa: PLC0415  (numba takes half a second to load)

    memory = np.ones(max(1, *(size // 4 for size in sizes or SETS[-1:])), np.float32)
    waking, budget_s = np.empty(threads), patience * _BUDGET_S
    small_s = min(budget_s, _BUDGET_S)  # of what is no faster where it is tried for longer
    a = torch.ones(1)
    together = _rates(lambda x, rounds: loops.read(x, rounds, threads), memory, sizes or _sets(threads), budget_s)
    alone = _rates(loops.read_alone, memory, sorted({*(sizes or _sets(threads)), *(sizes or _sets(1))}), budget_s)
    single = dict(alone)
    return Limits(
        threads=threads,
        reading=tuple((size, max(rate, single[size])) for size, rate in together),
        reading_alone=alone,
        multiplying={dtype: _arithmetic(threads, dtype, budget_s) for dtype in _DTYPES},
        chain_s=_chain(budget_s),
        call_s=_best(lambda: [a.add_(1) for _ in range(_CALLS)], budget_s=small_s) / _CALLS,
        fork_s=_best(lambda: loops.fork(waking), budget_s=small_s),
        eigen_s=_eigen("cpu", small_s),
    )


def _sets(cores: int) -> tuple[int, ...]:
    return tuple(sorted({min(size * cores, SETS[-1]) for size in SETS}))


def _rates(read: Callable[..., Any], memory: Any, sizes: Sequence[int], budget_s: float) -> Rates:
    """Read ever larger sets; a set that is small is read many times in one call."""
    rates = []
    for size in sizes:
        part = memory[: max(1, size // memory.itemsize)]
        rounds = max(1, _AT_ONCE // part.nbytes)
        seconds = _best(partial(read, part, rounds), budget_s=budget_s) / rounds
        rates.append((float(part.nbytes), part.nbytes / seconds))
    return tuple(rates)


def _chain(budget_s: float) -> float:
    """Find the shortest latency of what steps are made of: a product with a sum, or a sum alone."""
    from lntx.host import loops  # noqa: PLC0415  (numba takes half a second to load)

    one = np.float32(1)
    products = _best(lambda: loops.wait(one, one, one, _CHAIN), budget_s=budget_s)
    return min(products, _best(lambda: loops.wait_for_sums(one, one, _CHAIN), budget_s=budget_s)) / _CHAIN


def _of_cuda(device: str) -> Limits:
    """Ask torch's own operations; how long a GPU's operation waits for the one before isn't found out.

    A copy moves its bytes twice; what sums and copies best is the limit.
    """
    rates = []
    for size in _CUDA_SETS:
        x = torch.ones(size // 4, device=device)
        y = torch.empty_like(x)
        summing = _best(lambda x=x: [x.sum() for _ in range(_TOGETHER)], device) / _TOGETHER  # type: ignore[misc]
        copying = _best(lambda x=x, y=y: [y.copy_(x) for _ in range(_TOGETHER)], device) / _TOGETHER  # type: ignore[misc]
        rates.append((float(size), max(size / summing, 2 * size / copying)))
    a = torch.ones(1, device=device)
    call_s = _best(lambda: [a.add_(1) for _ in range(_CALLS)], device) / _CALLS
    return Limits(
        threads=1,
        reading=tuple(rates),
        reading_alone=tuple(rates),
        multiplying={dtype: _multiplying(device, dtype) for dtype in _DTYPES},
        chain_s=0.0,
        call_s=call_s,
        fork_s=call_s,
        eigen_s=_eigen(device),
    )


def _arithmetic(threads: int, dtype: str, budget_s: float) -> float:
    """Multiply on all threads, and on one, whose rate each of them may have.

    Beside others all threads are seldom at work together for the ten milliseconds that a large product takes; one of them is
    left alone for the half of one that a small product takes.
    """
    together, before = _multiplying("cpu", dtype, budget_s), torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return max(together, threads * _multiplying("cpu", dtype, budget_s, _SIDE // 3))
    finally:
        torch.set_num_threads(before)


def _multiplying(device: str, dtype: str, budget_s: float = _BUDGET_S, side: int = _SIDE) -> float:
    side = side if device == "cpu" else 8 * side
    a = torch.ones(side, side, dtype=getattr(torch, dtype), device=device)
    return 2 * side**3 / _best(lambda: a @ a, device, budget_s)


def _eigen(device: str, budget_s: float = _BUDGET_S) -> float:
    a = torch.ones(_EIGEN, _EIGEN, dtype=torch.float64, device=device).cumsum(0)
    return _best(lambda: torch.linalg.eigh(a + a.T), device, budget_s) / _EIGEN**3


def _best(call: Callable[[], Any], device: str = "cpu", budget_s: float = _BUDGET_S) -> float:
    """Return the shortest time of a call, in seconds; the first, which may compile, doesn't count."""

    def timed() -> float:
        started = perf_counter()
        call()
        if device != "cpu":
            torch.cuda.synchronize(device)
        return perf_counter() - started

    timed()
    ending = perf_counter() + budget_s
    best = timed()
    while perf_counter() < ending:
        best = min(best, timed())
    return best
