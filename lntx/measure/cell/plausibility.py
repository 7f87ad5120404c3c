"""What a time can't be: less than reading the data, than the arithmetic, or than waiting for the epoch before takes here.

The limits are probed once before a study, and perhaps in a bad moment: a time below one is no proof that the time is
wrong. So the limits are probed again, beside that time and with data of that size, and the better of both counts. Where a
time is still below it, the call did not do what it is timed for, and has no time.

Nor does preparing a training take longer for more epochs: where it does, it trains, and that time belongs to the call's.
"""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any

from lntx.host.limits import Limits
from lntx.host.neighbours import SHARE, Neighbours
from lntx.record import Cell, Work
from lntx.training.recipe import Recipe

_ROUNDING = 0.98  # of a floor: clocks and probes are read to a percent or two
_TRIES = 3
_BUSY = 0.05  # of the processors, taken by others: the machine is not one's own
_WORDS = {
    "reading": "reading its data from where they lie",
    "arithmetic": "the arithmetic at the rate of a matrix product",
    "waiting": "epochs that each wait for the one before",
}
LIMIT = "limit_"
"""How the counters of what a machine can't beat begin."""

GROWN = "prepare_grown_s"
"""The counter's name: the seconds that were added to each round."""

_TWICE = 1.5  # preparing for many epochs takes so much longer than for few, however they are paired
_MATTERS = 0.1  # of the call's own time; less than that would change nothing that is read
_PAIRS = 5


class Floor:
    """The seconds below which a machine can't do so many epochs of a cell, by what stands in the way."""

    def __init__(self, cell: Cell, work: Work, epochs: int, limits: Mapping[str, Any]) -> None:
        """Take the limits of a study (`Limits.plain`)."""
        self._cell, self._work, self._epochs = cell, work, epochs
        self.seconds = Limits.of(limits).floors(cell, work, epochs)

    def beaten(self, seconds: float, others: float = 0.0) -> str | None:
        """Say by what a time can't be, the limits probed again if need be; None for one that can, or may.

        others is the share of the machine's processors that others took while it was timed, as far as that is known; what they
        take while the limits are probed counts as well. Beside them, threads that wait for each other
        are seldom all at work when a limit is probed, and may have been when the call was timed: such a time may be, up to as
        many times too good as there are threads, but no share of a limit is known of it.
        """
        if seconds >= max(self.seconds.values()):
            return None
        with Neighbours() as beside:
            for _ in range(_TRIES):
                self._probe_again()
                if seconds >= max(self.seconds.values()):
                    return None
        others = max(others, beside.counted().get(SHARE, 0.0))
        name, least = max(self.seconds.items(), key=lambda pair: pair[1])
        if seconds >= _ROUNDING * least:
            self.seconds = {name: min(floor, seconds) for name, floor in self.seconds.items()}
            return None
        if others > _BUSY and all(
            seconds * self._spread(name) >= _ROUNDING * floor for name, floor in self.seconds.items()
        ):
            self.seconds = {}
            return None
        return (
            f"{seconds:.3g} s for {self._epochs} epochs is less than {_WORDS[name]} takes on this machine ({least:.3g} s, probed "
            "again beside it): the call can't have done what it is timed for"
        )

    def _spread(self, name: str) -> int:
        """Count the threads that share what stands in the way: waiting for the epoch before is one thread's alone."""
        return 1 if name == "waiting" else self._cell.threads

    def counters(self) -> dict[str, float]:
        """Return the floors as a record has them."""
        return {f"{LIMIT}{name}_s": seconds for name, seconds in self.seconds.items()}

    def _probe_again(self) -> None:
        from lntx.host import probes  # noqa: PLC0415  (asked for where a time is too good)

        cell = self._cell
        fresh = probes.beside(cell.device, cell.threads, cell.data_bytes).floors(cell, self._work, self._epochs)
        self.seconds = {name: min(floor, fresh[name]) for name, floor in self.seconds.items()}


def suspected(few_s: float, many_s: float, call_s: float) -> bool:
    """Whether two preparations, for few epochs and for many, give reason to look again."""
    return many_s > _TWICE * few_s and many_s - few_s > _MATTERS * call_s


def grown_s(prepare: Callable[[Recipe], object], few: Recipe, many: Recipe, call_s: float) -> float:
    """Prepare for few epochs and for many, in turn; the seconds by which the latter takes longer, 0 where that isn't sure.

    It is sure where each of the longer ones takes longer than all of the shorter ones: honest preparations come in two speeds
    now and then (threads that have to be woken), and of pairs that fall so by chance there is one in a study.
    """
    short, long = list[float](), list[float]()
    for pair in range(_PAIRS):
        for recipe, times in ((few, short), (many, long))[:: -1 if pair % 2 else 1]:
            times.append(_timed(prepare, recipe))
        if not suspected(max(short), min(long), call_s):
            return 0.0
    return median(long) - median(short)


def _timed(prepare: Callable[[Recipe], object], recipe: Recipe) -> float:
    started = perf_counter()
    prepare(recipe)
    return perf_counter() - started
