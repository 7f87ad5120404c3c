"""From which epoch on a slow start of {} has paid.

The time since a cold start, in a fresh process with empty compile caches, against epochs done; where a line passes under that of
the first way, its start has paid for itself (ringed). The lines are extrapolated from the cold first epoch and from steady ones.
"""

import statistics

import pandas as pd

from lntx.report.analysis.breakeven import pays_from
from lntx.report.analysis.loops import loops, starts
from lntx.report.drawing import starting
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import Styles
from lntx.report.frames import Frames

ORDER = 8
TOPIC = "What starting costs"
SUITES = ()
COLUMNS = [*starting.COLUMNS, "pays_from_epoch", "speedup", "setting"]


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each way with a cold and a steady time."""
    rows = []
    for loop in loops(frames):
        found = starts(frames, loop)
        base = found.get(loop.baseline)
        for s in found.values():
            crossing = pays_from(s, base) if base and s is not base else None
            ratio = statistics.median(base.epoch_s) / s.epoch if base else float("nan")
            rows.append(
                [loop.name, s.series, s.backend, s.work, statistics.median(s.cold_s), s.timed_epochs, s.start, s.epoch, s.epochs,
                 s.after(s.epochs), s.epoch * s.epochs, crossing.center if crossing else float("nan"), ratio, loop.place]
            )  # fmt: skip
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["picture", "cold_whole_s", "series"]).reset_index(drop=True)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a line of cumulative time for each way."""
    starting.draw(frame, figure, styles, "pays_from_epoch")


alt = starting.alt
