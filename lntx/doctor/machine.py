"""A machine as the checks see it: small, and made of parts that a test can put its own in place of."""

import json
import math
import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lntx.host import control_groups, lifetime, threads

_WINDOW_S = 0.5  # between two looks at what counts up
_MOST = 2**63
_LOADS = ("numpy", "scipy.linalg", "torch")
"""What a training loads that brings pools of threads along."""
_POOLS = """
import json
from importlib import import_module
for name in {loads!r}:
    try:
        import_module(name)
    except Exception:
        pass
from threadpoolctl import threadpool_info
print(json.dumps(threadpool_info()))
"""


def _logical() -> frozenset[int]:
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(os.cpu_count() or 1))


def _installed(name: str) -> bool:
    with suppress(ImportError, ValueError):
        return find_spec(name) is not None
    return False


def _python() -> dict[str, Any]:
    """Describe how this Python was built and is run."""
    return {
        "debug": bool(sysconfig.get_config_var("Py_DEBUG")) or hasattr(sys, "gettotalrefcount"),
        "optimized": "--enable-optimizations"
        in str(sysconfig.get_config_var("CONFIG_ARGS") or "--enable-optimizations"),
        "dev_mode": bool(sys.flags.dev_mode),
        "tracing": sys.gettrace() is not None or sys.getprofile() is not None,
    }


def program(command: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Run a program; return what it says on stdout, None where it isn't there, fails, or takes a minute."""
    try:
        done = lifetime.run(command, limit_s=60, text=True, errors="replace", env=dict(environment))
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return None if done.returncode else str(done.stdout)


@dataclass(frozen=True, slots=True)
class Machine:
    """What the checks may look at. `root` is where /proc and /sys lie, `environment` are variables, `python` is how it was built.

    `logical` are the numbers of the processors that this process may use. `results` is the folder of studies and gates that
    are gone on with. `programs` runs one and gives what it says, None where it can't; `loaded_pools` gives what
    threadpoolctl says of a process that has loaded what a training loads. `sleep` lets time pass between two looks.
    """

    root: Path = Path("/")
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    logical: frozenset[int] = field(default_factory=_logical)
    python: Mapping[str, Any] = field(default_factory=_python)
    results: Path = Path("results")
    installed: Callable[[str], bool] = _installed
    programs: Callable[[Sequence[str], Mapping[str, str]], str | None] = program
    loaded_pools: Callable[[], Sequence[Mapping[str, Any]]] | None = None
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    def text(self, path: str) -> str:
        """Read a file below the root, without blanks at its ends; empty where there is none."""
        try:
            return (self.root / path).read_text(encoding="utf-8", errors="replace").strip()
        except (OSError, ValueError):
            return ""

    def whole(self, path: str) -> int | None:
        """Read a file that holds a whole number; None for any other, and for one that nothing counts up to."""
        try:
            found = int(self.text(path))
        except ValueError:
            return None
        return found if abs(found) < _MOST else None

    def found(self, pattern: str) -> list[str]:
        """List the paths below the root that a pattern fits, in order."""
        with suppress(OSError, ValueError):
            return sorted(path.relative_to(self.root).as_posix() for path in self.root.glob(pattern))
        return []

    def twice(self, path: str) -> tuple[str, str]:
        """Read a file now, and half a second later."""
        before = self.text(path)
        self.sleep(_WINDOW_S)
        return before, self.text(path)

    def per_core(self, name: str) -> dict[int, str]:
        """Read a file of each processor that this process may use, as cpufreq/scaling_governor; less those that have none."""
        found = {core: self.text(f"sys/devices/system/cpu/cpu{core}/{name}") for core in sorted(self.logical)}
        return {core: text for core, text in found.items() if text}

    @property
    def cores(self) -> int:
        """Count the physical cores that this process may use: two threads of one share its arithmetic units."""
        found = set()
        for core in self.logical:
            siblings = frozenset({core})
            with suppress(ValueError):
                siblings |= threads.listed(self.text(f"sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list"))
            found.add(siblings & self.logical)
        return max(1, len(found))

    @property
    def room(self) -> int:
        """Count the threads that can be at work at once: as many as there are cores, and no more than a quota leaves."""
        quota = control_groups.tightest(self.root)
        return min(self.cores, max(1, math.ceil(quota.cpus))) if quota else self.cores

    def asked(self, *command: str) -> str | None:
        """Return what a program says on stdout; None where it isn't there, fails, or takes too long."""
        return self.programs(command, self.environment)

    def pools(self) -> Sequence[Mapping[str, Any]]:
        """Return what threadpoolctl says of a process that has loaded what a training loads; empty where it can't be told."""
        if self.loaded_pools:
            return self.loaded_pools()
        said = self.asked(sys.executable, "-P", "-c", _POOLS.format(loads=_LOADS))
        with suppress(ValueError, IndexError):
            found = json.loads((said or "").splitlines()[-1])
            return [pool for pool in found if isinstance(pool, dict)] if isinstance(found, list) else []
        return []
