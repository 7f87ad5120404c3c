"""The machine's memory, as far as it tells why a process was killed."""

import re
from contextlib import suppress
from pathlib import Path

import psutil

_COUNTS = Path("/proc/vmstat")
_VICTIM = Path("/proc/self/oom_score_adj")
_READILY = 500  # of 1000, on top of the share of the memory that a process has
_KILLED = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)


def killings() -> int | None:
    """Count the processes that Linux has killed since it started because memory ran out; None where that isn't told."""
    with suppress(OSError):
        if found := _KILLED.search(_COUNTS.read_text(encoding="ascii")):
            return int(found[1])
    return None


def free_gib() -> float:
    """Tell how much memory a process could have now, in GiB."""
    return float(psutil.virtual_memory().available / 2**30)


def volunteer() -> None:
    """Ask Linux to take this process rather than others where memory runs out: what it does may be a stranger's fault."""
    with suppress(OSError):
        _VICTIM.write_text(str(_READILY), encoding="ascii")
