"""Loops in a study: the ways of each, what starting costs them, and which one to take."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from lntx.record import LINEAR
from lntx.report import settings
from lntx.report.analysis.breakeven import Start, of_loop, pays_from
from lntx.report.frames import Frames
from lntx.report.intervals import Interval
from lntx.report.phrases import told_apart
from lntx.report.rows import each

_PLACE = ["study", "suite", "problem", "device", "dtype", "threads"]


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """One loop in one place, along one axis at most; `baseline` is the way that all others are held against."""

    cells: pd.DataFrame
    absences: pd.DataFrame
    baseline: str
    axis: str

    @property
    def name(self) -> str:
        """What the loop is called."""
        return str(self.cells["problem"].iloc[0])

    @property
    def suite(self) -> str:
        """The suite that measured it."""
        return str(self.cells["suite"].iloc[0])

    @property
    def place(self) -> str:
        """Where it was measured, in words."""
        first = self.cells.iloc[0]
        return f"{first['device']}, {first['dtype']}"

    @property
    def on_gpu(self) -> bool:
        """Whether a GPU computed."""
        return bool(str(self.cells["device"].iloc[0]).startswith("cuda"))

    def picture(self, figure: str) -> str:
        """Name its picture in a figure."""
        return f"{figure}-{self.name.replace(':', '-')}"

    @property
    def steady(self) -> pd.DataFrame:
        """The cells in the steady state."""
        return self.cells[self.cells["phase"] == "run"]

    @property
    def points(self) -> list[Any]:
        """The places on the axis, in their order; one empty one where nothing varies."""
        return list(dict.fromkeys(_ordered(self.steady)["value"]))

    def at(self, value: Any) -> list[Any]:
        """Return the steady cells at a value, the fastest first."""
        return each(self.steady[self.steady["value"] == value].sort_values(["unit_s", "backend"], kind="stable"))


@dataclass(frozen=True, slots=True)
class Choice:
    """What to take of a loop's ways at a value: `best` and how many times as fast it is; `pays` from which epoch on.

    pays is None for never, or where no cold start was measured; 0 where it is ahead from the start.
    """

    value: Any
    best: Any
    speedup: Interval | None
    pays: Interval | None
    known_start: bool


def _ordered(cells: pd.DataFrame) -> pd.DataFrame:
    numbers = pd.to_numeric(cells["value"], errors="coerce")
    return cells.assign(number=numbers).sort_values("number", kind="stable")


def loops(frames: Frames) -> Iterator[Loop]:
    """Yield the loops of a study, each in each place."""
    cells, absences = (frame[frame["model"] != LINEAR] for frame in (frames.cells, frames.absences))
    for _, part in cells.groupby(_PLACE, sort=False):
        if not (part["phase"] == "run").any():
            continue
        first = part.iloc[0]
        gone = absences
        for name in _PLACE:
            gone = gone[gone[name] == first[name]]
        named = [str(axis) for axis in dict.fromkeys(part["axis"]) if axis]
        yield Loop(part, gone, str(first["baseline"]), named[0] if len(named) == 1 else "")


def starts(frames: Frames, loop: Loop) -> dict[str, Start]:
    """Return what starting costs each way, as far as it was measured, by the way."""
    return {start.backend: start for start in of_loop(frames, loop.cells)}


def choice(frames: Frames, loop: Loop, value: Any) -> Choice | None:
    """Choose among a loop's ways at a value: the fastest that can be told from the reference; None without a reference there."""
    cells = loop.at(value)
    base = next((cell for cell in cells if cell.backend == loop.baseline), None)
    if base is None:
        return None
    known = starts(frames, loop)
    for cell in cells:
        if cell is base:
            break
        ratio = frames.ratio(base.cell, cell.cell)
        if told_apart(ratio) and ratio.center > 1:
            slow, quick = known.get(cell.backend), known.get(base.backend)
            if not (slow and quick):
                return Choice(value, cell, ratio, None, known_start=False)
            here = (_at(frames, slow, cell), _at(frames, quick, base))
            return Choice(value, cell, ratio, pays_from(*here), known_start=True)
    return Choice(value, base, None, None, known_start=bool(known))


def _at(frames: Frames, start: Start, cell: Any) -> Start:
    """Take the start for a cell's epochs: measured at one value, it hardly depends on it."""
    moved = start.elsewhere(frames.times(cell.cell))
    return replace(moved, epochs=cell.epochs)


def worded(loop: Loop, value: Any) -> str:
    """Write a place on the axis: width 64; empty where nothing varies."""
    if not loop.axis:
        return ""
    noun = loop.axis.replace("_", " ")
    return settings.at(noun, value) if isinstance(value, int | float) else f"{noun} {value}"
