"""The trend over three studies or more: each backend's time in a suite against that of the first, and where it changed level.

Change points come from PELT (Killick, Fearnhead and Eckley 2012; the library ruptures) on logarithms, least squares around a
level. The variance is that of the differences from study to study, by their median, which few changes don't move. A change
costs six times that variance times the logarithm of the number of studies: noise alone pays for one in some four of a hundred
lines, and of steps five times the noise nearly all are found (`tests/test_report_comparison.py` counts both).
"""

import math
import statistics
from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from lntx.report.frames import THREADS, Frames
from lntx.report.rows import CELL

COLUMNS = ["suite", "backend", "turn", "study", "day", "ratio", "cells", "change"]
FEWEST = 3
"""Studies that make a trend."""
_ENOUGH = 6  # studies, from which on changes are looked for
_SAME = [name for name in CELL if name != "threads"]
_LEAST = 0.005  # the least deviation from study to study that is believed
_PENALTY = 6.0
_NORMAL, _DIFFERENCE = (
    1.4826,
    math.sqrt(2),
)  # from a median deviation to a normal one's, from that of differences to one's own


def trend(frames: Frames) -> pd.DataFrame:
    """Make one row for each suite, backend and study, the earliest first; nothing for fewer than three studies."""
    if len(frames.labels) < FEWEST:
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
    if len(levels) < _ENOUGH:
        return set()
    import numpy as np  # noqa: PLC0415  (for ruptures alone)
    from ruptures import KernelCPD  # noqa: PLC0415  (loads scipy; most reports have no trend)

    steps = [after - before for before, after in pairwise(noise or levels)]
    middle = statistics.median(steps)
    deviation = max(_LEAST, _NORMAL * statistics.median(abs(step - middle) for step in steps) / _DIFFERENCE)
    signal = np.array(levels)[:, None]
    penalty = _PENALTY * deviation**2 * math.log(len(levels))
    # PELT in C: the linear kernel's cost is that of least squares, and a year of nights takes a hundredth of the time.
    return set(KernelCPD(kernel="linear", min_size=shortest).fit_predict(signal, pen=penalty)[:-1])
