"""Turns: in each round every contestant has one, so that what disturbs the machine meets all alike."""

import gc
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter, sleep
from typing import Any

Call = Callable[[], Any]

_REST_S = 0.1  # OpenBLAS's threads give up waiting after some 30 ms


@dataclass(frozen=True, slots=True)
class Patience:
    """How many rounds, and for how many seconds a short call is repeated within its turn."""

    rounds: int
    turn_s: float


def turns(calls: Mapping[str, Call], patience: Patience) -> dict[str, tuple[float, ...]]:
    """Time every call, in rounds; each round another one begins. Gives the seconds of a call, one number a round."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(patience.rounds):
        for name in rotated(list(calls), turn):
            times[name].append(seconds(calls[name], patience.turn_s))
    return {name: tuple(found) for name, found in times.items()}


def rotated(names: Sequence[str], turn: int) -> list[str]:
    """Let another one begin in each round."""
    first = turn % max(1, len(names))
    return [*names[first:], *names[:first]]


def seconds(call: Call, turn_s: float) -> float:
    """Time one turn, in seconds a call: a call as long as a turn once, a shorter one again and again, and the median counts.

    A rest goes before, as the threads of the one before spin for a while in wait of more work; and the first of several
    calls doesn't count, as caches hold the other's data.
    """
    gc.collect()
    sleep(_REST_S)
    gc.disable()
    try:
        first, until = _timed(call), perf_counter() + turn_s
        if first >= turn_s:
            return first
        found = [_timed(call)]
        while perf_counter() < until:
            found.append(_timed(call))
        return statistics.median(found)
    finally:
        gc.enable()


def _timed(call: Call) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


def ratios(above: Sequence[float], below: Sequence[float]) -> tuple[float, ...]:
    """Divide two contestants' times round by round."""
    return tuple(a / b for a, b in zip(above, below, strict=True))
