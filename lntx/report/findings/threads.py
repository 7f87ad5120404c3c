"""What more threads bring."""

from collections.abc import Iterator

import pandas as pd

from lntx.report import settings, units
from lntx.report.document import Finding
from lntx.report.frames import THREADS, Frames
from lntx.report.intervals import Interval
from lntx.report.phrases import told_apart

ORDER = 42
TOPIC = "How time grows"


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each place: how much faster the most threads are than the fewest."""
    cells = frames.ways[(frames.ways["suite"] == THREADS) & (frames.ways["phase"] == "run")]
    for (study, _, _), part in cells.groupby(["study", "device", "dtype"], sort=False):
        few, many = int(part["threads"].min()), int(part["threads"].max())
        if few < many:
            found = _ratios(frames, part, few, many)
            if found:
                yield _finding(found, part, (few, many), str(study))


def _ratios(frames: Frames, part: pd.DataFrame, few: int, many: int) -> list[tuple[str, Interval]]:
    at = {count: part[part["threads"] == count].set_index("series")["cell"] for count in (few, many)}
    names = [name for name in at[few].index if name in at[many].index]
    found = [(str(name), frames.ratio(int(at[few][name]), int(at[many][name]))) for name in names]
    return sorted(found, key=lambda pair: -pair[1].center)


def _finding(found: list[tuple[str, Interval]], part: pd.DataFrame, counts: tuple[int, int], study: str) -> Finding:
    (name, most), few = found[0], counts[0]
    gained = sum(ratio.center > 1 and told_apart(ratio) for _, ratio in found)
    gain = f"{name} gains most: {units.digits(most.center, 2)} times as fast"
    text = f"With {units.plural(counts[1], 'thread')} instead of {few}, {gain}; {gained} of {len(found)} gain "
    text += "by more than their intervals."
    words = [f"{name} {units.digits(ratio.center, 2)} {units.span(ratio)}" for name, ratio in found]
    where = f"{settings.fixed(part, 'threads')}{f', {study}' if study else ''}"
    return Finding(text, f"Times as fast: {units.listing(words)}. Measured with {where}.", "threads")
