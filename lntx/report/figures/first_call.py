"""From which epoch on a slow start has paid.

The time since a cold start, in a fresh process with empty compile caches, against epochs done; where a line passes under eager's,
its start has paid for itself (ringed). The lines are extrapolated from the cold first call and from steady epochs.
"""

import statistics
from dataclasses import replace

import pandas as pd

from lntx.report.analysis import breakeven
from lntx.report.analysis.choosers import without_echoes
from lntx.report.drawing import starting
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import Styles
from lntx.report.frames import BASELINE, Frames

ORDER = 40
TOPIC = "What starting costs"
SUITES = ("first_call",)
PEERS = (BASELINE, "manual")
COLUMNS = [*starting.COLUMNS, *(f"pays_from_epoch_{peer}" for peer in PEERS)]


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each backend with a cold and a steady time."""
    starts = breakeven.starts(replace(frames, cells=without_echoes(frames)))
    rows = [
        ["", s.series, s.backend, s.work, statistics.median(s.cold_s), s.timed_epochs, s.start, s.epoch, s.epochs,
         s.after(s.epochs), s.epoch * s.epochs, *(_pays(s, s.peer(starts, peer)) for peer in PEERS)]
        for s in starts
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["cold_whole_s", "series"]).reset_index(drop=True)


def _pays(start: breakeven.Start, peer: breakeven.Start | None) -> float:
    found = breakeven.pays_from(start, peer) if peer else None
    return found.center if found else float("nan")


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a line of cumulative time for each backend."""
    starting.draw(frame, figure, styles, f"pays_from_epoch_{BASELINE}")


alt = starting.alt
