"""A gate may run as long as it likes: its memory, its open files, its processes and its temporary files don't grow with it.

One gate looks at what it has measured once, at the end, and so goes on to the last pair. Its own process is looked at as each
pair begins, and the pairs of the first quarter, without the first few, are held against those of the last.
"""

import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import chdir, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from lntx.duet.config import GateConfig
from lntx.duet.gate import gate
from lntx.result import Progress, Rules
from lntx_faults.row import Row
from lntx_faults.scenarios import repository
from lntx_faults.trial import environment

UNIT = "pairs"
COUNT = 200
QUICK = 0

_ALLOWED = {"memory": 8.0, "open files": 0.0, "processes": 0.0, "temporary files": 0.25}
"""What may be more at the end than at the beginning: MiB, or a number. The times of a pair take some memory, and are kept."""
_LEFT_OUT = 5  # pairs that come first: what is loaded once is loaded then
_UNITS = {"memory": "MiB", "temporary files": "MiB"}


@dataclass(slots=True)
class _Watch:
    """Looks at this process, once a pair."""

    temporary: Path
    seen: dict[int, dict[str, float]] = field(default_factory=dict)

    def __call__(self, now: Progress) -> None:
        """Look, where a pair begins."""
        if now.stage == "pairs" and now.pair not in self.seen:
            self.seen[now.pair] = self._looked()

    def _looked(self) -> dict[str, float]:
        own = psutil.Process()
        return {
            "memory": own.memory_info().rss / 2**20,
            "open files": float(len(os.listdir("/proc/self/fd"))),  # noqa: PTH208  (as cheap as can be)
            "processes": float(len(own.children(recursive=True))),
            "temporary files": _bytes(self.temporary) / 2**20,
        }


def run(out: Path, count: int) -> Iterator[Row]:
    """Run a gate of so many pairs."""
    folder, temporary = out / "repository", out / "tmp"
    for place in (folder, temporary):
        place.mkdir(parents=True)
    repository(folder)
    watch = _Watch(temporary)
    rules = Rules(margin=0.0, tolerated=1e-6, looks=(count,))
    request = GateConfig(where=folder, base="HEAD", head="HEAD", rules=rules, guard=False)
    with environment(TMPDIR=str(temporary), LNTX_LOCKS=str(out)), chdir(folder):
        result = gate(request, watch)
    failures, words = [], []
    if len(watch.seen) != count:
        failures.append(f"{len(watch.seen)} of {count} pairs were measured: {'; '.join(result.notes)}")
    for what, allowed in _ALLOWED.items():
        early, late = _levels([one[what] for _, one in sorted(watch.seen.items())])
        unit = f" {_UNITS[what]}" if what in _UNITS else ""
        words.append(f"{what} {early:.4g} to {late:.4g}{unit}")
        if late > early + allowed:
            failures.append(f"{what} grow from {early:.4g} to {late:.4g}{unit}")
    left = [path.name for path in temporary.iterdir() if not path.name.endswith(".lock")]
    if left:
        failures.append(f"{left[0]} is left in the temporary folder")
    yield Row("`lntx gate`, undecided to the end", len(watch.seen), tuple(failures), ", ".join(words))


def _levels(values: Sequence[float]) -> tuple[float, float]:
    """Return the median of the first quarter, less the first few, and that of the last."""
    quarter = max(1, len(values) // 4)
    late = values[-quarter:]
    return statistics.median(values[_LEFT_OUT : max(quarter, _LEFT_OUT + 1)] or values), statistics.median(late)


def _bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # it is gone by now
            total += path.lstat().st_blocks * 512
    return total
