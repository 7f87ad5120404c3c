"""Inside the process: wait for its turn, read a loop's file, hold way after way against the first, and tell of each.

python -m lntx.measure.verification.loop_worker ORDER.json
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

from lntx.errors import Disagreement, LntxError, Refused, told
from lntx.measure.events import EventLog
from lntx.measure.verification import loop_order
from lntx.measure.verification.beginning import awaited
from lntx.measure.verification.loop_order import LoopOrder, LoopTold, Verified
from lntx.measure.verification.order import LOADING
from lntx.storage.values import encoded
from lntx.training import device as known
from lntx.training import scalars, shelf
from lntx.training.loop import parameters, pulse
from lntx.training.loop.file import load
from lntx.training.loop.loop import Loop  # torch and all: what takes seconds to load is loaded before its turn

Tell = Callable[[dict[str, Any]], None]

_PULSE_S = 1.0  # between two signs of life


def main(path: str) -> None:
    """Do what an order says."""
    order = loop_order.loads(Path(path).read_text(encoding="utf-8"))
    awaited(order.parent)
    verify(order, EventLog(Path(order.events)).write)
    os._exit(0)  # whatever a way left to be done at the end could take forever


def verify(order: LoopOrder, tell: Tell) -> None:
    """Tell of the loop, and of each way; what is wrong with the loop or its first way ends it: all are held against that."""
    tell({"event": "begin", "point": LOADING})
    try:
        loop = _loop(order)
        ways = list(_ways(loop, order))
        told_of = LoopTold(loop.name, loop.dtype, _plain(loop))
    except BaseException as error:  # noqa: BLE001  (a stranger's file may do anything)
        tell(
            {
                "event": "hopeless",
                "point": LOADING,
                "error": str(error) if isinstance(error, LntxError) else told(error),
            }
        )
        return
    asked = dict.fromkeys(order.ways or loop.ways)
    shown = [way.point for name in asked for way in ways if way.way == name]
    tell({"event": "loaded", "point": LOADING, **loop_order.loaded(told_of, ways, shown)})
    tell({"event": "end", "point": LOADING})
    with shelf.within(Path(order.folder)), pulse.heard(_pulse(tell)):
        _verify_ways(loop, [way for way in ways if not way.decided and way.point not in order.done], order.steps, tell)


def _verify_ways(loop: Loop, ways: Sequence[Verified], steps: int, tell: Tell) -> None:
    """Verify the first way and those that follow from it, then one of the file's others: the next gets another process."""
    first = next(iter(loop.ways))
    others = [way for way in ways if way.way != first and not loop.find(way.way).derived]
    for way in [*(way for way in ways if way not in others), *others[:1]]:
        tell({"event": "begin", "point": way.point})
        found = _verified(loop, way, steps or None)
        if way.way == first and found.failure:
            tell({"event": "hopeless", "point": way.point, "error": found.failure})
            return
        tell({"event": "end", "point": way.point, "outcome": encoded(found)})


def _loop(order: LoopOrder) -> Loop:
    """Read the file, and set what is asked for; LntxError for what can't be."""
    for device in order.devices:
        known.check(device)
    loop = load(order.file)
    if order.steps:
        scalars.whole("steps", order.steps, least=1)
    values = dict(parameters.one(loop.axes, text) for text in order.axis)
    loop = loop.at(dtype=order.dtype, **values)
    loop.facts()  # what is wrong with start and batches is no fault of a way's
    for way in order.ways:
        loop.find(way)
        for device in order.devices:
            if reason := loop.refuses(way, device):
                raise Refused(f"way {way} can't do this: {reason}")
    return loop


def _ways(loop: Loop, order: LoopOrder) -> Iterator[Verified]:
    """Yield the ways, the first of them on each device before all others: those are held against it."""
    first = next(iter(loop.ways))
    names = dict.fromkeys([first, *(order.ways or loop.ways)])
    for device in order.devices:
        for name in names:
            way = loop.find(name)
            reason = loop.refuses(name, device) or ""
            yield Verified(way.name, way.label, device, way.dtype or loop.dtype, refusal=reason)


def _plain(loop: Loop) -> Any:
    """Return a loop's facts, the values of its axes as JSON has them."""
    facts = loop.facts()
    plain = {name: v if isinstance(v, bool | int | float | str | None) else str(v) for name, v in facts.axis.items()}
    return replace(facts, axis=plain)


def _verified(loop: Loop, way: Verified, steps: int | None) -> Verified:
    try:
        return replace(way, agreement=loop.verify(way.way, way.device, steps=steps))
    except Disagreement as error:
        return replace(way, wrong=str(error))
    except LntxError as error:
        return replace(way, failure=str(error))
    except BaseException as error:  # noqa: BLE001  (no user interrupts this process: whatever is raised is the way's)
        return replace(way, failure=told(error))


def _pulse(tell: Tell) -> Callable[[], None]:
    """Return what tells of a step, once a second."""
    last = monotonic()

    def hear() -> None:
        nonlocal last
        if monotonic() - last > _PULSE_S:
            last = monotonic()
            tell({"event": "step", "point": ""})

    return hear


if __name__ == "__main__":
    main(sys.argv[1])
