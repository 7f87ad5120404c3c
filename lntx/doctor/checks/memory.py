"""Memory: whether there is enough of it that nothing is swapped out, or killed, while something is timed."""

from collections.abc import Iterator
from contextlib import suppress

from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine
from lntx.host import control_groups

ORDER = 22
_LITTLE_GIB = 1.0
_SWAPPED_GIB = 0.1


def look(machine: Machine) -> Iterator[Finding]:
    """See how much is free, of the machine and of each group that this process is in, and whether pages are moved to a disk."""
    said = _meminfo(machine)
    free = {"the machine": said["MemAvailable"]} if "MemAvailable" in said else {}
    for limit in control_groups.memory(machine.root):
        name = f"/{limit.folder.relative_to(machine.root).as_posix()}"
        free[f"the control group {name} (at most {limit.most / 2**30:.1f} GiB)"] = (limit.most - limit.used) / 2**30
    if free and min(free.values()) < _LITTLE_GIB:
        whose = min(free, key=lambda name: free[name])
        yield Finding(
            "warning",
            f"{whose} has {max(0.0, free[whose]):.2f} GiB of memory left: what is measured may be slowed, or killed",
            "end what else is at work, raise the limit, or measure smaller sizes (--profile smoke)",
        )
    swapped = said.get("SwapTotal", 0.0) - said.get("SwapFree", 0.0)
    if swapped > _SWAPPED_GIB and _moving(machine):
        yield Finding(
            "warning",
            f"the machine is swapping: {swapped:.1f} GiB lie on a disk, and pages are moved now",
            "end what takes the memory, or turn swap off while you measure: sudo swapoff -a",
        )


def _meminfo(machine: Machine) -> dict[str, float]:
    """Read what the system says, in GiB."""
    found: dict[str, float] = {}
    for line in machine.text("proc/meminfo").splitlines():
        name, _, rest = line.partition(":")
        with suppress(ValueError, IndexError, OverflowError):
            found[name] = int(rest.split()[0]) / 2**20
    return found


def _moving(machine: Machine) -> bool:
    """Whether pages are swapped in or out at this moment."""
    before, after = (_pages(text) for text in machine.twice("proc/vmstat"))
    return after > before


def _pages(text: str) -> int:
    found = 0
    for line in text.splitlines():
        name, _, count = line.partition(" ")
        if name in {"pswpin", "pswpout"} and count.isdecimal():
            found += int(count)
    return found
