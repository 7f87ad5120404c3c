"""The spreads of one loop, each measured once: on the CPU, and there what rounds otherwise on another device.

A number whose gradient is zero but for rounding (the keys' bias of an attention, a bias before a batch norm) moves by what the
last digits of a kernel happen to be: under Adam, which divides a gradient by its own size, nearly as far as any other number,
and further on a device whose kernels round by more. Nudged parameters don't show that: the gradient is zero for all of them. On
an H100 the keys' bias was 1.2 to 2 tolerances off what the CPU's rounding explains, in every honest way. So for another device
the first way is trained as often there, too.

How far that goes is allowed to such numbers, and to the buffers that follow them (the mean that a batch norm keeps holds the bias
before it). The trained numbers whose move is far beyond rounding, by which a training is proved, are held to the CPU's rounding
as before; where the device's first way is off there, as with products in fewer digits (TF32), nothing is allowed besides.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from lntx.errors import InputError
from lntx.training import device as devices
from lntx.training.loop.prepared import LoopTraining, Tensors
from lntx.training.loop.spread import Spread, apart, measured, replicates, widen
from lntx.training.loop.tolerance import UNITS, bound, norm, sure

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
            # Not around other ways' calls: a compiled one is compiled anew where the threads are others.
            with devices.sharing():
                self._known[what] = self._keep(what, measure)
        return self._known[what]


def _widened(found: Spread, there: Callable[[], LoopTraining]) -> Spread:
    """Add what a device rounds by, where the first way can be trained there."""
    try:
        return widened(found, there())
    except InputError:  # what else is trained there is held to the CPU's rounding
        return found


def widened(spread: Spread, own: LoopTraining) -> Spread:
    """Add to a spread how far nudged trainings of the first way, in its own dtype on a device, end from the reference."""
    found = {point.steps: point.tensors for point in spread.points}
    each = [{name: tensor.clone() for name, tensor in point.each.items()} for point in spread.points]
    there = [
        replace(point, spread=dict(point.spread), each=own_each)
        for point, own_each in zip(spread.points, each, strict=True)
    ]
    for run in replicates(own, spread.trained, list(found)):
        if not _follows(spread, run):
            return spread
        widen(there, partial(apart, run, found))
    points = tuple(replace(point, loose=loose) for point, loose in zip(spread.points, each, strict=True))
    return replace(spread, points=points)


def _follows(spread: Spread, found: Mapping[int, Tensors]) -> bool:
    """Whether the trained numbers whose move is far beyond rounding are those of the reference, whatever the others do."""
    unit = UNITS[spread.dtype]
    for point in spread.points:
        for name in spread.trained & point.spread.keys():
            wanted, start = point.tensors[name], spread.start[name]
            sizes = torch.maximum(start.abs(), wanted.abs())
            known = sure(point.each[name], wanted - start, sizes, unit)
            error = (found[point.steps][name].double() - wanted)[known].nan_to_num(nan=math.inf)
            if norm(error) > bound(point.each[name], sizes, known, unit):
                return False
    return True
