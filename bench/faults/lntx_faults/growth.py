"""What a process takes of the machine as it goes on: looked at again and again, and held against the beginning."""

import os
import statistics
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ALLOWED = {"memory": 8.0, "open files": 0.0, "processes": 0.0, "temporary files": 0.25}
"""What may be more at the end than at the beginning, besides what is to be kept: MiB, or a number."""
_LEFT_OUT = 5  # looks that come first: what is loaded once is loaded then
_UNITS = {"memory": "MiB", "temporary files": "MiB"}


@dataclass(slots=True)
class Growth:
    """What this process takes, with its descendants and a folder for what is temporary, by the number of the look."""

    temporary: Path
    seen: dict[int, dict[str, float]] = field(default_factory=dict)

    def look(self, number: int) -> None:
        """Look, once for each number."""
        if number not in self.seen:
            own = psutil.Process()
            self.seen[number] = {
                "memory": own.memory_info().rss / 2**20,
                "open files": float(len(os.listdir("/proc/self/fd"))),  # noqa: PTH208  (as cheap as can be)
                "processes": float(len(own.children(recursive=True))),
                "temporary files": _bytes(self.temporary) / 2**20,
            }

    def judged(self, kept: float = 0.0) -> tuple[list[str], str]:
        """Return what grows, and what there was at the beginning and at the end; kept are the MiB of what was to be kept."""
        failures, words = [], []
        for what, allowed in ALLOWED.items():
            early, late = _levels([one[what] for _, one in sorted(self.seen.items())])
            unit = f" {_UNITS[what]}" if what in _UNITS else ""
            words.append(f"{what} {early:.4g} to {late:.4g}{unit}")
            if late > early + allowed + kept * (what == "memory"):
                failures.append(f"{what} grow from {early:.4g} to {late:.4g}{unit}")
        return failures, ", ".join(words)


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
