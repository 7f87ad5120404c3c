"""The rounds of a cell: what is prepared is called until it is warm, and then timed as often as the budget holds."""

from collections.abc import Callable
from contextlib import nullcontext
from time import perf_counter
from typing import Any, Protocol

from lntx.host import phases, quiet, threads
from lntx.host.neighbours import Neighbours
from lntx.measure.plan import Profile
from lntx.record import Cell

_SHORT_S = 20e-6  # below this a clock's own cost shows, and several calls make one round
_LOOP_S = 200e-6


class Clock(Protocol):
    """Calls a target for some rounds; gives the last result and the seconds of each round, per call.

    Where the target has a method `before`, it is called before each round, outside of the time; then a round is one call.
    """

    def __call__(self, target: Callable[[], Any], rounds: int, iterations: int) -> tuple[Any, tuple[float, ...]]:
        """Time a call; `benchmark.pedantic` does it in the suites."""


def timed_rounds(
    clock: Clock, profile: Profile, target: Callable[[], Any], cell: Cell
) -> tuple[Any, tuple[float, ...], dict[str, float]]:
    """Warm up, twice where there is time, then time as many calls as the budget holds; note who else was at work."""
    with quiet.alone():
        return _timed(clock, profile, target, cell)


def _timed(
    clock: Clock, profile: Profile, target: Callable[[], Any], cell: Cell
) -> tuple[Any, tuple[float, ...], dict[str, float]]:
    before = getattr(target, "before", None)
    with phases.of(phases.WARMING):
        took = called(target, before)
        if took < profile.rounds_s:
            took = min(took, called(target, before))
    iterations = round(_LOOP_S / max(took, 1e-9)) if took < _SHORT_S and before is None else 1
    count = int(profile.rounds_s / (took * iterations + 1e-9))
    pinned = threads.pinned(cell.threads) if cell.device == "cpu" else nullcontext()
    with pinned, Neighbours() as neighbours, phases.of(phases.TIMING):
        result, times = clock(target, min(profile.most, max(profile.least, count)), iterations)
    return result, times, neighbours.counted()


def called(target: Callable[[], Any], before: Callable[[], None] | None) -> float:
    """Return the seconds of one call."""
    if before:
        before()
    started = perf_counter()
    target()
    return perf_counter() - started
