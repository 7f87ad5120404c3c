"""Where times changed level over several studies."""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from lntx.report import units
from lntx.report.analysis.trend import ENOUGH, trend
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 4
TOPIC = "What changed"
TOGETHER = True


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each suite with a change, and one where there is none."""
    found = trend(frames)
    if found.empty:
        return
    changed = found[found["change"].astype(bool)]
    for suite, part in changed.groupby("suite", sort=False):
        steps = _steps(found[found["suite"] == suite])
        words = [
            f"{row.backend} at {row.study} ({units.digits(steps[row.backend, row.turn])} times the level before)"
            for row in each(part)
        ]
        text = f"Along {units.clean(suite)}, times reach a new level: {units.listing(words)}."
        yield Finding(text, "By change points (PELT) on the logarithms of each backend's times.", "trend")
    if changed.empty:
        count = found["study"].nunique()
        if count < ENOUGH:
            text = f"{count} studies are too few to look for new levels: that takes {ENOUGH}."
            yield Finding(text, "", "trend", "note")
            return
        yield Finding(
            f"Over {count} studies no backend's time changes level.", "By change points (PELT).", "trend", "note"
        )


def _steps(found: pd.DataFrame) -> dict[tuple[str, int], float]:
    """Hold each new level of a suite's backends against the one before it, both geometric means."""
    steps: dict[tuple[str, int], float] = {}
    for backend, part in found.groupby("backend", sort=False):
        ratios, turns = part["ratio"].to_numpy(float), part["turn"].to_numpy(int)
        starts = [0, *np.flatnonzero(part["change"].to_numpy(bool)), len(part)]
        levels = [float(np.log(ratios[start:end]).mean()) for start, end in pairwise(starts)]
        for start, (before, own) in zip(starts[1:], pairwise(levels), strict=False):
            steps[str(backend), int(turns[start])] = math.exp(own - before)
    return steps
