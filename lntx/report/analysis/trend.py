"""The trend over three studies or more: each backend's time in a suite against that of the first, and where it changed level.

Change points are those of the least penalised cost (optimal partitioning: Jackson et al. 2005; PELT finds the same) on
logarithms, least squares around a level. The variance is that of the differences from study to study, by their median, which
few changes don't move. A change costs six times that variance times the logarithm of the number of studies: noise alone pays
for one in some four of a hundred lines, and of steps five times the noise nearly all are found (`tests/test_report_comparison.py`
counts both).
"""

import math
import statistics
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from lntx.judge.special import Numbers
from lntx.report.columns import CELL
from lntx.report.frames import THREADS, Frames

COLUMNS = ["suite", "backend", "turn", "study", "day", "ratio", "cells", "change"]
FEWEST = 3
"""Studies that make a trend."""
ENOUGH = 6
"""Studies, from which on changes are looked for."""
_SAME = [name for name in CELL if name != "threads"]
_LEAST = 0.005  # the least deviation from study to study that is believed
_PENALTY = 6.0
_NORMAL, _DIFFERENCE = (
    1.4826,
    math.sqrt(2),
)  # from a median deviation to a normal one's, from that of differences to one's own


def trend(frames: Frames) -> pd.DataFrame:
    """Make one row for each suite, backend and study, the earliest first; nothing for fewer than three, or for machines."""
    if len(frames.labels) < FEWEST or frames.machines:
        return pd.DataFrame(columns=COLUMNS)
    order = frames.order
    cells = frames.cells[(frames.cells["phase"] == "run") & (frames.cells["suite"] != THREADS)]
    rows = []
    for (suite, backend), part in cells.groupby(["suite", "backend"], sort=False):
        times = part.pivot_table("unit_s", _SAME, "study").reindex(columns=[label for label, _ in order]).dropna()
        if times.empty:
            continue
        levels = times.map(math.log).sub(times[order[0][0]].map(math.log), axis=0).mean()
        found = changes([float(level) for level in levels])
        rows += [
            [suite, backend, turn, label, day, math.exp(levels[label]), len(times), turn - 1 in found]
            for turn, (label, day) in enumerate(order, 1)
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def changes(levels: Sequence[float], shortest: int = 1, noise: Sequence[float] = ()) -> set[int]:
    """Find the places (from 0) at which a new level of some studies at least begins, among the logarithms of a line's times.

    `noise` are the same before they were smoothed, where they were: what tells how much they vary from one to the next.
    """
    if len(levels) < ENOUGH:
        return set()
    steps = [after - before for before, after in pairwise(noise or levels)]
    middle = statistics.median(steps)
    deviation = max(_LEAST, _NORMAL * statistics.median(abs(step - middle) for step in steps) / _DIFFERENCE)
    return _parted(np.array(levels), _PENALTY * deviation**2 * math.log(len(levels)), shortest)


def _parted(values: Numbers, penalty: float, shortest: int = 1) -> set[int]:
    """Part values into stretches around levels of their own at the least cost; return where all but the first begin.

    The cost is the sum of squares around the levels, and a penalty for each change; no stretch is shorter than `shortest`.
    The best way to part what ends at a place is the best of: the last stretch from each earlier place on, and the best way to
    part what lies before it.
    """
    centered = values - values.mean()
    sums, squares = (np.concatenate([[0.0], np.cumsum(part)]) for part in (centered, centered**2))
    cost, begins = np.full(len(values) + 1, np.inf), np.zeros(len(values) + 1, int)
    cost[0] = 0.0
    for end in range(shortest, len(values) + 1):
        last = end - shortest + 1  # the places from which a stretch that ends here is long enough
        within = squares[end] - squares[:last] - (sums[end] - sums[:last]) ** 2 / np.arange(end, shortest - 1, -1)
        ways = cost[:last] + within + penalty * (np.arange(last) > 0)
        begins[end] = ways.argmin()
        cost[end] = ways[begins[end]]
    found, place = set(), int(begins[-1])
    while place:
        found.add(place)
        place = int(begins[place])
    return found
