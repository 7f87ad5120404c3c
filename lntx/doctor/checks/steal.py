"""Stolen time: whether the hypervisor gives this machine's processors to others."""

from collections.abc import Iterator

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine

ORDER = 40
_STOLEN = 0.005  # of the time, from which on the gate sets a measurement aside
_COLUMN, _COLUMNS = 7, 8  # of steal among user, nice, system, idle, iowait, irq, softirq, steal


def look(machine: Machine) -> Iterator[Finding]:
    """Read how much was stolen in the last half second, and since the machine started."""
    before, after = (_ticks(text) for text in machine.twice("proc/stat"))
    if not after:
        return
    now, ever = _share(before, after), _share([0] * len(after), after)
    if max(now, ever) > _STOLEN:
        yield Finding(
            "warning",
            f"the hypervisor takes processors away: {now:.1%} of the time just now, {ever:.1%} since the machine started",
            "measure on a kind of machine whose processors are its own (dedicated, not burstable); lntx gate sets aside what was "
            "disturbed, and says so",
        )


def _ticks(text: str) -> list[int]:
    """Read the first line, that of all processors together; empty where it doesn't tell of stolen time."""
    name, *counts = text.partition("\n")[0].split() or [""]
    if name != "cpu" or len(counts) < _COLUMNS or not all(map(str.isdecimal, counts[:_COLUMNS])):
        return []
    return [int(count) for count in counts[:_COLUMNS]]


def _share(before: list[int], after: list[int]) -> float:
    spent = [now - then for then, now in zip(before, after, strict=False)]
    total = sum(spent)
    return max(0.0, spent[_COLUMN] / total) if len(spent) == _COLUMNS and total > 0 else 0.0
