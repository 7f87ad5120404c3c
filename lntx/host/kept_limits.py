"""What a machine can do at most, roughly, probed once and kept in the user's cache: what `auto` guesses from.

A study probes the limits anew and at length (`probes.measured`). To choose between backends that are factors apart, a fifth of a
second is enough, and what it finds holds until the machine or torch is another. The file says on what it was probed, and how to
renew it. What was probed while others were at work is used, but not kept.
"""

import json
import os
import platform
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import psutil
import torch

from lntx.errors import LntxError
from lntx.host import probes
from lntx.host.limits import Limits
from lntx.storage import disk, sizes

VARIABLE = "LNTX_CACHE"
"""The variable that names the folder, where it isn't lntx in the user's cache; empty, nothing is kept."""

_ABOUT = "What this machine can do at most, for lntx's backend auto. Delete this file, and it is probed anew."
_LARGEST = 2**16  # bytes of a file that is read
_BUSY = 0.1  # of the processors, taken by others
_CPUINFO = Path("/proc/cpuinfo")


@lru_cache(maxsize=4)
def limits(device: str, threads: int) -> Limits:
    """Return what was found out on this machine with so many threads, and find it out where nothing was."""
    machine = _machine(device, threads)
    path = _path(machine)
    if path and (known := _read(path, machine)):
        return known
    before = _at_work()
    found = probes.rough(device, threads)
    if path and _others(before, _at_work()) <= _BUSY:
        with suppress(LntxError):  # without it the next process probes again
            text = json.dumps({"about": _ABOUT, "machine": machine, "limits": found.plain()}, indent=1)
            disk.write_all({path: text.encode()}, lasting=False)
    return found


def _at_work() -> tuple[float, float, float]:
    """Return the seconds since the machine's start, those of all processors at work, and those of this process."""
    spent = psutil.cpu_times()
    return monotonic(), spent.user + spent.system, process_time()


def _others(before: tuple[float, float, float], after: tuple[float, float, float]) -> float:
    """Return the share of the processors that others took."""
    seconds, busy, own = (end - start for start, end in zip(before, after, strict=True))
    return (busy - own) / (max(seconds, 1e-3) * (os.cpu_count() or 1))


def _path(machine: dict[str, Any]) -> Path | None:
    """Name the file for a machine; None where nothing is kept."""
    named = os.environ.get(VARIABLE)
    if named == "":
        return None
    try:
        folder = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lntx"
    except RuntimeError:  # there is no home
        return None
    return folder / f"limits-{sha256(json.dumps(machine).encode()).hexdigest()[:16]}.json"


def _read(path: Path, machine: dict[str, Any]) -> Limits | None:
    """Read what was kept; None for what is damaged, or was found out elsewhere."""
    try:
        if path.stat().st_size > _LARGEST:
            return None
        kept = json.loads(sizes.content(path))
        return Limits.of(kept["limits"]) if kept["machine"] == machine else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, LntxError):
        return None


def _machine(device: str, threads: int) -> dict[str, Any]:
    """Describe what the limits follow from, without what takes long to find out."""
    return {
        "device": device if device == "cpu" else torch.cuda.get_device_name(device),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "threads": threads,
        "torch": torch.__version__,
        "os": f"{platform.system()} {platform.machine()}",
    }


def _cpu() -> str:
    with suppress(OSError, UnicodeDecodeError), _CPUINFO.open(encoding="utf-8") as lines:
        for line in lines:
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor()
