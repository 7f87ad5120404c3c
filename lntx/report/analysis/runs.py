"""The runs of somebody else's suite, night by night: each benchmark's time against its first, and where it changed level."""

import math
import statistics
from itertools import pairwise

import pandas as pd

from lntx.report.analysis.trend import FEWEST, changes
from lntx.report.frames import Frames

COLUMNS = ["name", "turn", "study", "day", "time_s", "ratio", "level", "change"]

_MANY, _NIGHTS = 12, 3
"""From so many runs on, so many make a level: among hundreds, a bad night is none."""


def runs(frames: Frames) -> pd.DataFrame:
    """Make one row for each benchmark and run, the earliest first; nothing for fewer than three runs.

    A benchmark that some runs lack is held against the first that has it. `level` is the median of the ratios from one change to
    the next. Times are medians, or means for a benchmark of which all runs state nothing else.
    """
    if len(frames.labels) < FEWEST or frames.foreign.empty:
        return pd.DataFrame(columns=COLUMNS)
    order = {label: (turn, day) for turn, (label, day) in enumerate(frames.order, 1)}
    rows: list[list[object]] = []
    for name, part in frames.foreign.groupby("name", sort=False):
        what = "median_s" if part["median_s"].notna().any() else "mean_s"
        known = part[part[what] > 0]
        points = sorted(
            (*order[label], label, float(time)) for label, time in zip(known["study"], known[what], strict=True)
        )
        if len(points) >= FEWEST:
            rows += _line(str(name), points)
    return pd.DataFrame(rows, columns=COLUMNS)


def _line(name: str, points: list[tuple[int, str, str, float]]) -> list[list[object]]:
    logs = [math.log(time / points[0][3]) for *_, time in points]
    many = len(logs) >= _MANY
    found = changes(_calmed(logs), _NIGHTS, logs) if many else changes(logs)
    starts = _placed(logs, sorted(found), _NIGHTS if many else 1)
    levels = _levels(logs, starts)
    at = [sum(i >= start for start in starts) for i in range(len(logs))]
    return [
        [name, turn, label, day, time, math.exp(logs[i]), math.exp(levels[at[i]]), i in starts]
        for i, (turn, day, label, time) in enumerate(points)
    ]


def _calmed(logs: list[float]) -> list[float]:
    """Take the median of five runs in the place of each: what is shorter than three is gone, and edges stay where they are.

    At the ends it is that of the outermost five: of fewer, two runs would have the majority.
    """
    width = 2 * _NIGHTS - 1
    starts = [min(max(0, i - _NIGHTS + 1), len(logs) - width) for i in range(len(logs))]
    return [statistics.median(logs[start : start + width]) for start in starts]


def _levels(logs: list[float], starts: list[int]) -> list[float]:
    return [statistics.median(logs[start:end]) for start, end in pairwise([0, *starts, len(logs)])]


def _placed(logs: list[float], starts: list[int], shortest: int) -> list[int]:
    """Move the beginning of a level to the first run that isn't nearer to the level before; drop what gets too short."""
    while True:
        levels = pairwise(_levels(logs, starts))
        early = [
            abs(logs[start] - before) < abs(logs[start] - own)
            for start, (before, own) in zip(starts, levels, strict=True)
        ]
        if not any(early):
            return starts
        moved = [start + wrong for start, wrong in zip(starts, early, strict=True)]
        starts = [start for start, end in pairwise([*moved, len(logs)]) if end - start >= shortest]


def telling(found: pd.DataFrame, most: int) -> list[str]:
    """Name the benchmarks that changed most: those with a new level first, by how far the last level is from the first."""
    parts = found.groupby("name", sort=False)
    last = parts["level"].last()
    order = pd.DataFrame({"changed": parts["change"].any(), "far": last.map(lambda level: abs(math.log(level)))})
    return [str(name) for name in order.sort_values(["changed", "far"], ascending=False, kind="stable").index[:most]]
