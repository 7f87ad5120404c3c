"""Memory on top of what was there.

How much more memory each backend holds while it prepares and trains, at the largest of its data, against the data
themselves. What was freed before and is used again doesn't show, so a short bar is no proof that nothing is copied.
"""

import pandas as pd

from lntx.report import units
from lntx.report.drawing.library import Figure
from lntx.report.drawing.memory import MB, bars, more
from lntx.report.drawing.style import MUTED, Styles
from lntx.report.frames import Frames

ORDER = 55
TOPIC = "How much memory it takes"
SUITES = ()
COLUMNS = ["picture", "series", "backend", "suite", "samples", "features", "added_bytes", "peak_bytes", "data_bytes"]


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each series: its cell with the most data, where the memory was counted."""
    cells = frames.cells[(frames.cells["phase"] == "run") & frames.cells["added_bytes"].notna()]
    cells = cells[cells["data_bytes"] == cells["data_bytes"].max()].assign(picture="")
    largest = cells.sort_values(["added_bytes", "series"], kind="stable").drop_duplicates("series", keep="last")
    return pd.DataFrame(largest, columns=COLUMNS).reset_index(drop=True)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a bar for each series, and a line where the data themselves end."""
    data = float(frame["data_bytes"].iloc[0])
    axes = bars(frame, figure, styles, above=0.9, most=data)
    axes.axvline(data / MB, color=MUTED, lw=1, dashes=(4, 3))
    axes.annotate(
        "the data", (data / MB, -0.6), (3, 0), textcoords="offset points", color=MUTED, fontsize=9, va="center"
    )


def alt(frame: pd.DataFrame) -> str:
    """Return the least and the most."""
    first, last = frame.iloc[0], frame.iloc[-1]
    where = f"{last['samples']:,} {units.TIMES} {last['features']:,}"
    return (
        f"Bars of memory on top at {where}, whose data take {units.data(last['data_bytes'])}: from {first['series']} with "
        f"{more(first['added_bytes'])} to {last['series']} with {more(last['added_bytes'])}."
    )
