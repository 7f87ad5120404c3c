"""Memory on top of what was there.

How much more memory each backend holds while it prepares and trains, at the largest of its data, against the data
themselves. What was freed before and is used again doesn't show, so a short bar is no proof that nothing is copied.
"""

import pandas as pd

from lntx.report import units
from lntx.report.drawing.axes import LABEL_LENGTH
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import INK, MUTED, WIDTH_IN, Styles
from lntx.report.frames import Frames
from lntx.report.names import labels
from lntx.report.rows import each

ORDER = 55
SUITES = ()
COLUMNS = ["picture", "series", "backend", "suite", "samples", "features", "added_bytes", "peak_bytes", "data_bytes"]
_ROW_IN = 0.32
_MB = 1e6


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each series: its cell with the most data, where the memory was counted."""
    cells = frames.cells[(frames.cells["phase"] == "run") & frames.cells["added_bytes"].notna()]
    cells = cells[cells["data_bytes"] == cells["data_bytes"].max()].assign(picture="")
    largest = cells.sort_values(["added_bytes", "series"], kind="stable").drop_duplicates("series", keep="last")
    return pd.DataFrame(largest, columns=COLUMNS).reset_index(drop=True)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a bar for each series, and a line where the data themselves end."""
    figure.set_size_inches(WIDTH_IN, _ROW_IN * len(frame) + 0.9)
    axes = figure.add_subplot()
    beside = axes.get_yaxis_transform()
    for row in each(frame):
        axes.barh(row.Index, row.added_bytes / _MB, height=0.55, color=styles[row.series].color, alpha=0.75, lw=0)
        axes.text(1.03, row.Index, _more(row.added_bytes), transform=beside, va="center", fontsize=9.8, weight="bold")
    data = float(frame["data_bytes"].iloc[0]) / _MB
    axes.axvline(data, color=MUTED, lw=1, dashes=(4, 3))
    axes.annotate("the data", (data, -0.6), (3, 0), textcoords="offset points", color=MUTED, fontsize=9, va="center")
    short = labels(frame["series"], LABEL_LENGTH)
    axes.set_yticks(range(len(frame)), [short[name] for name in frame["series"]])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=10)
    axes.grid(visible=False, axis="y")
    most = max(data, float(frame["added_bytes"].max()) / _MB)
    axes.set(ylim=(len(frame) - 0.5, -0.9), xlim=(0, 1.15 * most), xlabel="MB more than before")


def _more(value: float) -> str:
    return units.data(value) if value else "none"


def alt(frame: pd.DataFrame) -> str:
    """Return the least and the most."""
    first, last = frame.iloc[0], frame.iloc[-1]
    where = f"{last['samples']:,} {units.TIMES} {last['features']:,}"
    return (
        f"Bars of memory on top at {where}, whose data take {units.data(last['data_bytes'])}: from {first['series']} with "
        f"{_more(first['added_bytes'])} to {last['series']} with {_more(last['added_bytes'])}."
    )
