"""Verifies a loop's ways in processes of their own: one that crashes, exits or hangs costs its own result.

The first way and those that follow from it share a process. Each of the file's others has its own: what it leaves behind there
is no fault of another's.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from os import getpid
from pathlib import Path
from typing import Any

from lntx.errors import Interrupted, LntxError
from lntx.host import descendants, temporary
from lntx.host.interrupts import terminable
from lntx.measure.process import Process
from lntx.measure.verification import loop_order, turns
from lntx.measure.verification.loop_order import LoopOrder, LoopTold, Verified
from lntx.measure.verification.order import LOADING

_WORKER = "lntx.measure.verification.loop_worker"


@dataclass(slots=True)
class LoopWork:
    """A loop's ways, as the outside sees them (`turns.Work`): what is to be found of each, and what was, across processes.

    error says why nothing can be found. shown are the points that were asked for.
    """

    asked: LoopOrder
    folder: Path
    loop: LoopTold | None = None
    ways: dict[str, Verified] = field(default_factory=dict)
    shown: Sequence[str] = ()
    error: str = ""
    processes: int = 0
    now: str = LOADING
    _before: int = 0

    @property
    def open(self) -> list[str]:
        """The points that are still to be decided; the loading, where that hasn't been done."""
        if self.error:
            return []
        return [LOADING] if self.loop is None else [point for point, way in self.ways.items() if not way.decided]

    @property
    def at(self) -> str:
        """What is at work, in words: a process that loads the file, or a way."""
        if self.now not in self.ways:
            return f"loading torch and {Path(self.asked.file).name}"
        first = next(iter(self.ways))
        return f"{self.now}, which the others are held against" if self.now == first else self.now

    @property
    def decided(self) -> int:
        """How many ways are decided."""
        return sum(way.decided for way in self.ways.values())

    @property
    def found(self) -> Iterator[Verified]:
        """Yield the ways that were asked for."""
        return (self.ways[point] for point in self.shown)

    @property
    def so_far(self) -> tuple[LoopTold, list[Verified]] | None:
        """What was found of the loop and of its ways that are decided; None where none was tried."""
        done = [way for way in self.found if way.decided]
        return (self.loop, done) if self.loop and any(not way.refusal for way in done) else None

    def order(self) -> LoopOrder:
        """Return what a process is to do: what is left."""
        events = self.folder / f"loop-{self.processes}.jsonl"
        done = tuple(point for point, way in self.ways.items() if way.decided)
        return replace(
            self.asked, done=done, events=str(events), folder=str(self.folder / "references"), parent=getpid()
        )

    def start(self) -> Process:
        """Start a process that does what is left; it waits for its turn."""
        work = self.order()
        self.processes += 1
        self._before, self.now = self.decided, LOADING
        return turns.begun(_WORKER, loop_order.dumps(work), Path(work.events))

    def hear(self, event: dict[str, Any]) -> None:
        """Take in what a process tells; what a way writes there means nothing."""
        with suppress(ValueError, KeyError, TypeError):
            self._take(event)

    def _take(self, event: dict[str, Any]) -> None:
        kind, point = event["event"], event["point"]
        if kind == "begin":
            self.now = str(point)
        if kind == "hopeless" and (point == LOADING or point in self.ways):
            self.error = str(event["error"])
        elif kind == "loaded" and self.loop is None:
            self.loop, ways, shown = loop_order.of_loaded(event)
            self.ways = {way.point: way for way in ways}
            self.shown = [name for name in shown if name in self.ways]
        elif kind == "end" and point in self.ways and not self.ways[point].decided:
            found = loop_order.of_verified(event["outcome"])
            if found.point == point and found.decided:
                self.ways[point] = found

    def lose(self, dead: Process, limit_s: float | None) -> None:
        """Decide what a process leaves undone that is no more: the way that it was at; none where it had done its part.

        limit_s is how long it told of nothing, None where it ended by itself. Without the first way nothing is left to be found.
        """
        at_work = dead.events.at_work()
        if self.loop and at_work not in self.open and self.decided > self._before:
            return
        reason = dead.exit_message()
        if limit_s is not None:
            reason = f"it took no step in {limit_s:g} s and was stopped; --limit allows more"
        if self.loop is None:
            self.error = f"{self.asked.file} can't be read: {reason}"
            return
        victim = self.ways[at_work if at_work in self.open else self.open[0]]
        if victim.way == next(iter(self.ways.values())).way:
            self.error = f"way {victim.way}, which all others are held against, failed: {reason}"
        else:
            self.ways[victim.point] = replace(victim, failure=reason)


def verified(
    asked: LoopOrder, *, limit_s: float, watch: Callable[[int, int, str], None] = lambda _done, _total, _at: None
) -> tuple[LoopTold, list[Verified]]:
    """Hold a loop's ways against its first, and return what the loop is, and what came of each way on each device.

    limit_s is how long a way may take no step. watch hears how many ways are done and how many there are, as far as is known, and
    which is at work. Raises Interrupted, with what was found, where somebody ends it.
    Raises LntxError, in one line, for what is wrong with the file, with what is asked for or with the first way.
    """
    with temporary.folder("verify") as folder, descendants.adopting(folder), terminable():
        work = LoopWork(asked, folder)
        try:
            turns.drive([work], limit_s, lambda: watch(work.decided, len(work.ways), work.at))
        except KeyboardInterrupt:
            raise Interrupted(work.so_far) from None
    if work.error or work.loop is None:
        raise LntxError(work.error)
    return work.loop, list(work.found)
