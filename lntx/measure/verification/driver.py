"""Drives a verification: a process for each backend, each watched, none able to cost another's results.

A process that dies or takes too long costs the case that it was at; a new one does the rest. While one is at work, the
next loads torch, which takes seconds, and waits for its turn.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from time import sleep

from lntx.host import descendants, temporary
from lntx.host.interrupts import terminable
from lntx.measure.process import Process
from lntx.measure.verification.family import Family
from lntx.measure.verification.finding import Finding, Place
from lntx.training.backends import FAMILY, added, chosen, names, own
from lntx.training.linear.parity import grid

_LOOK_S = 0.02
_START_S = 180.0  # torch is loaded before anything of a backend's is


@dataclass(slots=True)
class Verification:
    """What was found of every backend, and on which devices which doesn't run."""

    findings: list[Finding] = field(default_factory=list)
    reasons: dict[Place, str] = field(default_factory=dict)


def verified(
    backends: Sequence[str] = (),
    devices: Sequence[str] = (),
    *,
    limit_s: float,
    watch: Callable[[int, int], None] = lambda _done, _total: None,
) -> Verification:
    """Hold backends against the reference over the grid; all of them, on all devices that they know, for none named.

    limit_s is what one case may take, and a backend's loading, in seconds. watch hears how many cases are done and how many
    there are, as far as is known. Raises InputError for a backend that nobody has heard of; whatever goes wrong in a process
    is a finding of its backend.
    """
    with temporary.folder("verify") as folder, descendants.adopting(folder), terminable():
        families = _families(backends, tuple(devices), folder)
        _drive(families, limit_s, lambda: watch(*_counted(families)))
    return Verification(
        [finding for family in families for finding in family.findings()],
        {place: reason for family in families for place, reason in family.reasons.items()},
    )


def _counted(families: Sequence[Family]) -> tuple[int, int]:
    """Count the cases that are done and all that there are; of a backend that isn't loaded yet, as for one device."""
    total = sum(len(family.cases) if family.points is None else len(family.points) for family in families)
    return sum(len(family.found) for family in families), total


def _families(backends: Sequence[str], devices: tuple[str, ...], folder: Path) -> list[Family]:
    """Group the backends that are asked for by the module that they are in."""
    asked: dict[str, list[str]] = {} if backends else {name: [] for name in names()}
    for name in dict.fromkeys(map(added, backends)):
        base = name.removesuffix(FAMILY).partition(":")[0]
        if base not in names() or own(base):
            chosen([name])  # which says what there is
        asked.setdefault(base, []).append(name)
    return [Family(name, tuple(which), devices, grid.GRID, folder) for name, which in asked.items()]


def _drive(families: Sequence[Family], limit_s: float, tell: Callable[[], None]) -> None:
    """Let the families take turns."""
    with ExitStack() as stack:

        def started(family: Family) -> Process:
            process = family.start()
            stack.callback(process.kill)
            return process

        ahead = started(families[0])
        for family, following in zip_longest(families, families[1:]):
            process = ahead
            if following:
                ahead = started(following)
            while family.open:
                process = process if process.running else started(family)
                _attend(family, process, limit_s, tell)


def _attend(family: Family, process: Process, limit_s: float, tell: Callable[[], None]) -> None:
    """Let one process do what it can; whatever becomes of it, something more is decided afterwards."""
    process.go()
    over = _watched(family, process, limit_s, tell)
    process.kill()
    for event in process.news():  # what it told between the last look and its end
        family.hear(event)
    if family.open:
        family.lose(process, over)
    tell()


def _watched(family: Family, process: Process, limit_s: float, tell: Callable[[], None]) -> float | None:
    """Hear what a process tells until it has nothing left to do, ends, or takes too long; give the limit that it broke."""
    while True:
        running = process.running  # asked before its events are read, so that no last line is missed
        for event in process.news():
            family.hear(event)
            tell()
        allowed = limit_s if process.seen else _START_S
        if not (running and family.open):
            return None
        if process.silent_s > allowed:
            return allowed
        sleep(_LOOK_S)
