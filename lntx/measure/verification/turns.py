"""Lets processes take turns, each watched, none able to cost another's results.

A process that dies or takes too long costs what it was at; a new one does the rest. While one is at work, the next loads torch,
which takes seconds, and waits for its turn.
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from time import sleep
from typing import Any, Protocol

from lntx.measure.process import Process, environment, start
from lntx.storage.disk import write_text

_LOOK_S = 0.02
_START_S = 180.0  # torch is loaded before anything of somebody else's is


class Work(Protocol):
    """What one process after another does, until nothing of it is open."""

    @property
    def open(self) -> Sequence[str]:
        """The points that are still to be decided."""

    def start(self) -> Process:
        """Start a process that does what is left; it waits for its turn."""

    def hear(self, event: dict[str, Any]) -> None:
        """Take in what a process tells; what a stranger's code writes there means nothing."""

    @property
    def at(self) -> str:
        """What is at work, in words."""

    def lose(self, dead: Process, limit_s: float | None) -> None:
        """Decide something of what a process leaves undone that is no more; limit_s is what it took longer than, if it did."""


def begun(worker: str, order: str, events: Path) -> Process:
    """Start a module as a worker that tells of its work in `events`; its order is written beside that. It waits for its turn."""
    file = events.with_suffix(".json")
    write_text(file, order)
    paths = [path or str(Path.cwd()) for path in sys.path]  # what is found here is found there
    env = environment(paths, events.parent)
    return start(["-m", worker, str(file)], events, env=env, waits=True)


def drive(works: Sequence[Work], limit_s: float, tell: Callable[[], None]) -> None:
    """Let works take turns; limit_s is how long a process may tell of nothing, in seconds. tell is called where it did."""
    with ExitStack() as stack:

        def started(work: Work) -> Process:
            process = work.start()
            stack.callback(process.kill)
            return process

        ahead = started(works[0])
        for work, following in zip_longest(works, works[1:]):
            process = ahead
            if following:
                ahead = started(following)
            while work.open:
                process = process if process.running else started(work)
                _attend(work, process, limit_s, tell)


def _attend(work: Work, process: Process, limit_s: float, tell: Callable[[], None]) -> None:
    """Let one process do what it can; whatever becomes of it, something more is decided afterwards."""
    process.go()
    tell()
    over = _watched(work, process, limit_s, tell)
    process.kill()
    for event in process.news():  # what it told between the last look and its end
        work.hear(event)
    if work.open:
        work.lose(process, over)
    tell()


def _watched(work: Work, process: Process, limit_s: float, tell: Callable[[], None]) -> float | None:
    """Hear what a process tells until it has nothing left to do, ends, or takes too long; give the limit that it broke."""
    while True:
        running = process.running  # asked before its events are read, so that no last line is missed
        for event in process.news():
            work.hear(event)
            tell()
        allowed = limit_s if process.seen else _START_S
        if not (running and work.open):
            return None
        if process.silent_s > allowed:
            return allowed
        sleep(_LOOK_S)
