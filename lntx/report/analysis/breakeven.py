"""From which epoch on a slow start pays: cold first calls against steady epochs.

A cold call of N epochs costs `start + N * epoch`, where `epoch` is known from steady runs of the same recipe. Two
backends break even at the epoch where their lines cross; before it the cheaper start wins, after it the faster epoch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from lntx.record import LINEAR
from lntx.report.frames import Frames
from lntx.report.intervals import Interval, geometric, linear
from lntx.report.rows import each

NOTABLE = 0.05
_SAME = ["study", "backend", "device", "dtype", "threads", "samples", "features", "outputs", "batch_size"]
_SAME_LOOP = [*_SAME, "problem", "axis", "value"]


@dataclass(frozen=True, slots=True)
class Start:
    """A backend's cold start and steady epoch, in seconds, one number for each process."""

    series: str
    backend: str
    work: str
    study: str
    device: str
    dtype: str
    threads: int
    epochs: int
    timed_epochs: float
    cold_s: tuple[float, ...]
    epoch_s: tuple[float, ...]

    @property
    def starts_s(self) -> tuple[float, ...]:
        """Seconds before the first epoch, for each process: never below zero, where noise would say so."""
        return tuple(max(c - self.timed_epochs * e, 0.0) for c, e in zip(self.cold_s, self.epoch_s, strict=True))

    @property
    def start(self) -> float:
        """Seconds before the first epoch."""
        return linear(self.starts_s).center

    @property
    def epoch(self) -> float:
        """Seconds of a steady epoch."""
        return geometric(self.epoch_s).center

    @property
    def notable(self) -> bool:
        """Whether the start is a part of the whole recipe that noise alone would hardly make."""
        return self.start > NOTABLE * self.after(self.epochs)

    def after(self, epochs: float) -> float:
        """Seconds from a cold start to the end of that many epochs, extrapolated."""
        return self.start + self.epoch * epochs

    def elsewhere(self, epoch_s: Sequence[float]) -> "Start":
        """Take the same start for another recipe, whose epochs take so long: compiling hardly depends on the sizes."""
        cold_s = tuple(s + self.timed_epochs * e for s, e in zip(self.starts_s, epoch_s, strict=False))
        return replace(self, cold_s=cold_s, epoch_s=tuple(epoch_s[: len(cold_s)]))

    def peer(self, others: list["Start"], backend: str) -> "Start | None":
        """Another backend's start in the same place."""
        return next((other for other in self.beside(others) if other.backend == backend), None)

    def beside(self, others: list["Start"]) -> list["Start"]:
        """List the other starts in the same place."""
        place = (self.study, self.device, self.dtype, self.threads)
        same = [other for other in others if (other.study, other.device, other.dtype, other.threads) == place]
        return [other for other in same if other is not self]


def starts(frames: Frames) -> list[Start]:
    """Pair every cold cell with the steady one of the same recipe; the tutorial's where there are several."""
    cold = frames.cells[frames.cells["phase"] == "first"]
    cold = cold[cold["model"] == LINEAR]
    steady = frames.cells[frames.cells["phase"] == "run"]
    steady = steady.assign(order=steady["suite"] != "tutorial").sort_values("order", kind="stable")
    found = (start_of(frames, row, steady, _SAME) for row in each(cold))
    return [start for start in found if start is not None]


def of_loop(frames: Frames, cells: pd.DataFrame) -> list[Start]:
    """Pair a loop's cold cells with the steady ones of the same values."""
    cold, steady = (cells[cells["phase"] == phase] for phase in ("first", "run"))
    found = (start_of(frames, row, steady, _SAME_LOOP) for row in each(cold))
    return [start for start in found if start is not None]


def start_of(frames: Frames, cold: Any, steady: pd.DataFrame, alike: Sequence[str]) -> Start | None:
    """Pair a cold cell with a steady one that has the same of some columns; None where there is none."""
    same = steady
    for name in alike:
        same = same[same[name] == getattr(cold, name)]
    if same.empty:
        return None
    pairs = list(zip(frames.times(cold.cell), frames.times(int(same["cell"].iloc[0])), strict=False))
    timed = cold.timed_epochs if cold.model == LINEAR else cold.epochs_timed
    return Start(
        cold.series, cold.backend, cold.work, cold.study, cold.device, cold.dtype, cold.threads, cold.epochs,
        timed, tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs),
    )  # fmt: skip


def from_cold(frames: Frames, steady: pd.DataFrame) -> dict[int, float]:
    """Return for steady cells, by their numbers, the seconds of the whole recipe from a cold start, where one was measured.

    Along a loop's axis the start is that of the value at which it was: it hardly depends on it.
    """
    cold, warm = (frames.cells[frames.cells["phase"] == phase] for phase in ("first", "run"))
    found: dict[int, float] = {}
    for row in each(steady):
        alike = _SAME if row.model == LINEAR else _SAME_LOOP
        start = next(filter(None, (start_of(frames, one, warm, alike) for one in _colds(cold, row, alike))), None)
        if start:
            found[int(row.cell)] = start.elsewhere(frames.times(row.cell)).after(row.epochs)
    return found


def _colds(cold: pd.DataFrame, row: Any, alike: Sequence[str]) -> list[Any]:
    """List the cold cells of a steady one, that of its own value first."""
    same = cold[cold["model"] == row.model]
    for name in alike:
        if name != "value":
            same = same[same[name] == getattr(row, name)]
    return sorted(each(same), key=lambda one: one.value != row.value)


def pays_from(slow: Start, quick: Start) -> Interval | None:
    """Find the epoch from which on `slow`, the costlier start, is ahead of `quick`: None for never, 0 for always.

    The interval is known where the lines cross in every process.
    """
    if slow.epoch >= quick.epoch:
        return None
    center = (slow.start - quick.start) / (quick.epoch - slow.epoch)
    if center <= 0:
        return Interval(0.0, None, None, len(slow.epoch_s))
    per_process = [
        (a - b) / (d - c) if d > c else -1.0
        for a, b, c, d in zip(slow.starts_s, quick.starts_s, slow.epoch_s, quick.epoch_s, strict=False)
    ]
    bounds = geometric(per_process) if all(epoch > 0 for epoch in per_process) else Interval(center, None, None, 1)
    return Interval(center, bounds.low, bounds.high, len(per_process))
