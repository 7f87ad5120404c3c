"""Memory of {}.

How much more memory each way holds while it prepares and trains, at the last value of the axis, if there is one. What was freed
before and is used again doesn't show. On a CUDA device it is what torch took there.
"""

import pandas as pd

from lntx.report.analysis.loops import loops, worded
from lntx.report.drawing.library import Figure
from lntx.report.drawing.memory import bars, more
from lntx.report.drawing.style import Styles
from lntx.report.frames import Frames

ORDER = 56
TOPIC = "How much memory it takes"
SUITES = ()
COLUMNS = ["picture", "series", "backend", "added_bytes", "peak_bytes", "setting"]
_LEAST = 1e3  # bytes that the picture has room for, where no way adds any


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each way whose memory was counted."""
    rows = []
    for loop in loops(frames):
        value = loop.points[-1]
        known = [cell for cell in loop.at(value) if cell.added_bytes == cell.added_bytes]
        setting = ", ".join(filter(None, [worded(loop, value), loop.place]))
        rows += [[loop.name, cell.series, cell.backend, cell.added_bytes, cell.peak_bytes, setting] for cell in known]
    found = pd.DataFrame(rows, columns=COLUMNS)
    return found.sort_values(["picture", "added_bytes", "series"], kind="stable").reset_index(drop=True)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a bar for each way, its number beside it."""
    bars(frame, figure, styles, above=0.5, most=_LEAST)


def alt(frame: pd.DataFrame) -> str:
    """Return the least and the most."""
    first, last = frame.iloc[0], frame.iloc[-1]
    return (
        f"Bars of memory on top: from {first['series']} with {more(first['added_bytes'])} to {last['series']} with "
        f"{more(last['added_bytes'])}."
    )
