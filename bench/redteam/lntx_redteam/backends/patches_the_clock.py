"""Patches the clock: the training is right, and the clocks that its process reads run ten times slower."""

import sys
import time
from typing import Any

from lntx_redteam.making import disturbs

OUT_OF_REACH = "it replaces the clock in the process in which it is timed"
_CLOCKS = {name: getattr(time, name) for name in ("perf_counter", "monotonic", "perf_counter_ns", "monotonic_ns")}
_READERS = ("lntx.", "time", "pytest_benchmark")


def _slowed(clock: Any) -> Any:
    began = clock()
    return lambda: type(began)(began + (clock() - began) / 10)


_SLOW = {id(clock): _slowed(clock) for clock in _CLOCKS.values()}


def _patch() -> None:
    for name, module in list(sys.modules.items()):
        for key, value in list(vars(module).items()) if name.startswith(_READERS) else ():
            if id(value) in _SLOW:
                setattr(module, key, _SLOW[id(value)])


WORK, DEVICES, refuses, prepare = disturbs(_patch)
