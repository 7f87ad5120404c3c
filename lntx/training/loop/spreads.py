"""The spreads of one loop, each measured once: on the CPU, and what rounds otherwise on another device, there."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from lntx.errors import InputError
from lntx.training import device as devices
from lntx.training.loop import loose
from lntx.training.loop.prepared import LoopTraining
from lntx.training.loop.spread import Spread, measured

Prepared = Callable[[str, str, int], LoopTraining]
Kept = Callable[[tuple[Any, ...], Callable[[], Spread]], Spread]


class Spreads:
    """`prepare` makes the first way ready, in a dtype, on a device, for some steps.

    `draws` says whether its steps draw random numbers; `keep` returns what an earlier process measured of the same, by words, or
    else measures.
    """

    def __init__(self, prepare: Prepared, draws: Callable[[], bool], keep: Kept) -> None:
        self._prepare, self._draws, self._keep = prepare, draws, keep
        self._known: dict[tuple[Any, ...], Spread] = {}

    def of(self, dtype: str, stops: tuple[int, ...], device: str) -> Spread:
        """Return what a way on a device is held against; raises as `spread.measured` does.

        It is measured on the CPU, but where random numbers are drawn, which another device draws otherwise.
        """
        kind = torch.device(device).type
        place = device if kind != "cpu" and self._draws() else "cpu"
        train = partial(self._prepared, place, stops[-1])
        found = self._once((dtype, stops, torch.device(place).type), lambda: measured(train, dtype, stops))
        if place == device:
            return found
        there = partial(self._prepared, device, stops[-1], dtype)
        return self._once((dtype, stops, "cpu", kind), lambda: _widened(found, there))

    def _prepared(self, device: str, steps: int, dtype: str) -> LoopTraining:
        return self._prepare(dtype, device, steps)

    def _once(self, what: tuple[Any, ...], measure: Callable[[], Spread]) -> Spread:
        if what not in self._known:
            with (
                devices.sharing()
            ):  # not around other ways' calls: a compiled one is compiled anew where the threads are others
                self._known[what] = self._keep(what, measure)
        return self._known[what]


def _widened(found: Spread, there: Callable[[], LoopTraining]) -> Spread:
    """Add what a device rounds by, where the first way can be trained there."""
    try:
        return loose.widened(found, there())
    except InputError:  # what else is trained there is held to the CPU's rounding
        return found
