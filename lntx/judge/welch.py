"""Welch's interval of a ratio of times, where no processes of the two sides belong together."""

import math
import statistics
from collections.abc import Sequence

from scipy.special import stdtrit

_FEWEST = 2  # processes of a side: a variance takes two


def welch(above: Sequence[float], below: Sequence[float], confidence: float = 0.95) -> tuple[float, float] | None:
    """Give the bounds of how many times `above` is `below`, on logarithms; None with fewer than two processes each."""
    logs = [[math.log(value) for value in values] for values in (above, below)]
    counts = [len(values) for values in logs]
    if min(counts) < _FEWEST:
        return None
    middle = math.exp(statistics.fmean(logs[0]) - statistics.fmean(logs[1]))
    parts = [statistics.variance(values) / count for values, count in zip(logs, counts, strict=True)]
    spread = sum(part**2 / (count - 1) for part, count in zip(parts, counts, strict=True))
    freedom = sum(parts) ** 2 / spread if spread else min(counts) - 1
    half_width = float(stdtrit(freedom, (1 + confidence) / 2)) * math.sqrt(sum(parts))
    return middle * math.exp(-half_width), middle * math.exp(half_width)
