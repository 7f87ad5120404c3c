"""Control groups: what Linux lets this process have of the processors and of the memory, at each level that it is nested in.

A container, a job of a scheduler and a slice of systemd each may have a limit, and the tightest counts. Version 2 has one tree of
groups, version 1 one for each controller; both may be there at once. A group is found by this process's place in the tree
(`/proc/self/cgroup`) and by where the tree is mounted (`/proc/self/mountinfo`); in a container the mount often begins at its own
group, so that the levels above can't be seen from inside.
"""

import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_ROOT = Path("/")
_OCTAL = re.compile(r"\\([0-7]{3})")  # how mountinfo writes blanks
_ENDLESS = 2**60  # bytes: version 1 writes "no limit" as about 2**63
_FIXED = 6  # fields of mountinfo before those of which there may be any number


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit of processors' time: `cpus` processors' worth in each period, `period_s` seconds long, for a group's folder."""

    folder: Path
    cpus: float
    period_s: float


@dataclass(frozen=True, slots=True)
class MemoryLimit:
    """A limit of memory in bytes, and what is used of it, less what the system gives back when asked (files' pages)."""

    folder: Path
    most: int
    used: int


@dataclass(frozen=True, slots=True)
class Throttling:
    """How many periods a group was at work in, and in how many of them its quota was used up."""

    periods: int
    throttled: int


def tightest(root: Path = _ROOT) -> Quota | None:
    """Return the quota that leaves the fewest processors, of all levels; None where there is none."""
    return min(quotas(root), key=lambda quota: quota.cpus, default=None)


def quotas(root: Path = _ROOT) -> Iterator[Quota]:
    """Yield the quota of each level that has one, this process's own group first."""
    for folder in folders("cpu", root):
        with suppress(OSError, ValueError, ArithmeticError, IndexError):
            words = _text(folder / "cpu.max").split()
            if words[0] != "max":
                yield _quota(folder, int(words[0]), int(words[1]) if len(words) > 1 else 100_000)
            continue
        with suppress(OSError, ValueError, ArithmeticError):
            most, period = (int(_text(folder / f"cpu.cfs_{name}_us")) for name in ("quota", "period"))
            if most > 0:  # -1: no limit
                yield _quota(folder, most, period)


def memory(root: Path = _ROOT) -> Iterator[MemoryLimit]:
    """Yield the limit of memory of each level that has one, this process's own group first."""
    ways = (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    )
    for folder in folders("memory", root):
        for most, used, given_back in ways:
            with suppress(OSError, ValueError):
                limit, taken = int(_text(folder / most)), int(_text(folder / used))
                if 0 < limit < _ENDLESS:
                    kept = max(0, taken - _stat(folder / "memory.stat", given_back))
                    yield MemoryLimit(folder, limit, min(limit, kept))


def throttling(folder: Path) -> Throttling | None:
    """Return how often a group's quota was used up since the group was made; None where that isn't told."""
    found = Throttling(_stat(folder / "cpu.stat", "nr_periods"), _stat(folder / "cpu.stat", "nr_throttled"))
    return found if found.periods else None


def folders(controller: str, root: Path = _ROOT) -> list[Path]:
    """List the folders of the groups that this process is in, for a controller such as cpu: its own first, each level once."""
    found: dict[Path, None] = {}
    places = _places(root)
    for kind, options, inside, mount in _mounts(root):
        if kind == "cgroup2":
            name = ""
        elif kind == "cgroup" and controller in options:
            name = controller
        else:
            continue
        own = mount / _below(places.get(name, "/"), inside)
        found |= dict.fromkeys(one for one in (own, *own.parents) if one == mount or mount in one.parents)
    return list(found)


def _places(root: Path) -> dict[str, str]:
    """Read which group this process is in, by controller; that of version 2 has no name."""
    found: dict[str, str] = {}
    with suppress(OSError):
        for line in _text(root / "proc/self/cgroup").splitlines():
            _, _, rest = line.partition(":")
            names, _, place = rest.partition(":")
            found |= dict.fromkeys(names.split(","), place)
    return found


def _mounts(root: Path) -> Iterator[tuple[str, list[str], str, Path]]:
    """Yield each mount of groups: its kind, its controllers, which group lies at its top, and its folder."""
    with suppress(OSError):
        for line in _text(root / "proc/self/mountinfo").splitlines():
            fixed, _, rest = line.partition(" - ")
            place, more = fixed.split(" "), rest.split(" ")
            if len(place) >= _FIXED and len(more) > 2:  # noqa: PLR2004  (kind, source, options)
                inside, folder = (_OCTAL.sub(lambda found: chr(int(found[1], 8)), word) for word in place[3:5])
                yield more[0], more[2].split(","), inside, root / folder.lstrip("/")


def _below(place: str, inside: str) -> PurePosixPath:
    """Return where a group lies below the top of a mount; the top itself for what can't be seen from there."""
    path, top = PurePosixPath("/", place.lstrip("/")), PurePosixPath("/", inside.lstrip("/"))
    seen = ".." not in path.parts and path.is_relative_to(top)
    return path.relative_to(top) if seen else PurePosixPath()


def _quota(folder: Path, most: int, period: int) -> Quota:
    cpus = most / period
    if not 0 < cpus < math.inf:
        raise ValueError(f"{folder} has a quota of {cpus} processors")
    return Quota(folder, cpus, period / 1e6)


def _stat(path: Path, name: str) -> int:
    """Read a number from a file of names and numbers; 0 where it isn't there."""
    with suppress(OSError, ValueError):
        found = dict(line.split(" ", 1) for line in _text(path).splitlines())
        return int(found.get(name, 0))
    return 0


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
