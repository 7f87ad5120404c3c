"""Busy neighbours: whether other processes are at work on this machine's processors."""

import os
from collections.abc import Iterator
from contextlib import suppress

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine

ORDER = 42
_BUSY = 0.1  # processors' worth of work, from which on others are told of
_IDLE = (3, 4)  # columns of idle and iowait; guests are in user and nice as well
_COUNTED = 8
_NAMED, _LONG = 3, 40
_TIMES = (11, 12)  # user and system, counted behind the name of a process


def look(machine: Machine) -> Iterator[Finding]:
    """Read how busy the processors are while this process sleeps, and who is at work."""
    first = _processes(machine)
    before, after = (_busy(text) for text in machine.twice("proc/stat"))
    second = _processes(machine)
    if before is None or after is None or after[1] <= before[1]:
        return
    processors = max(1, after[2])
    busy = processors * max(0, after[0] - before[0]) / (after[1] - before[1])
    if busy > _BUSY:
        yield Finding(
            "warning",
            f"others keep {busy:.1f} of {processors} processors busy{_who(first, second)}",
            "end them, or wait; nice doesn't help, as caches and memory are shared too",
        )


def _busy(text: str) -> tuple[int, int, int] | None:
    """Return the ticks in which processors were at work, all ticks, and how many processors there are."""
    lines = [line.split() for line in text.splitlines() if line.startswith("cpu")]
    if not lines or len(lines[0]) <= max(_IDLE) + 1 or not all(map(str.isdecimal, lines[0][1:])):
        return None
    ticks = [int(count) for count in lines[0][1 : 1 + _COUNTED]]
    return sum(ticks) - sum(ticks[column] for column in _IDLE), sum(ticks), len(lines) - 1


def _processes(machine: Machine) -> dict[int, tuple[str, int]]:
    """Return the name of each process but this one, and the ticks that it was at work."""
    found: dict[int, tuple[str, int]] = {}
    for path in machine.found("proc/[0-9]*/stat"):
        before, _, after = machine.text(path).rpartition(")")
        words = after.split()
        with suppress(ValueError, IndexError):
            number = int(path.split("/")[1])
            if number != os.getpid():
                found[number] = (before.partition("(")[2], sum(int(words[at]) for at in _TIMES))
    return found


def _who(first: dict[int, tuple[str, int]], second: dict[int, tuple[str, int]]) -> str:
    """Name the processes that were at work most; nothing where none was, as in a container that shows none but its own."""
    spent = {number: ticks - first[number][1] for number, (_, ticks) in second.items() if number in first}
    most = sorted((number for number in spent if spent[number] > 0), key=lambda number: -spent[number])[:_NAMED]
    named = ", ".join(f"{second[number][0][:_LONG]} (process {number})" for number in most)
    return f": {named}" if named else ""
