"""Memory of {}.

How much more memory each way holds while it prepares and trains, at the last value of the axis, if there is one. What was freed
before and is used again doesn't show. On a CUDA device it is what torch took there.
"""

import pandas as pd

from lntx.report import units
from lntx.report.analysis.loops import loops, worded
from lntx.report.drawing.axes import LABEL_LENGTH
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import INK, WIDTH_IN, Styles
from lntx.report.frames import Frames
from lntx.report.names import labels
from lntx.report.rows import each

ORDER = 56
SUITES = ()
COLUMNS = ["picture", "series", "backend", "added_bytes", "peak_bytes", "setting"]
_ROW_IN = 0.32
_MB = 1e6


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
    figure.set_size_inches(WIDTH_IN, _ROW_IN * len(frame) + 0.8)
    axes = figure.add_subplot()
    beside = axes.get_yaxis_transform()
    for row in each(frame):
        axes.barh(row.Index, row.added_bytes / _MB, height=0.55, color=styles[row.series].color, alpha=0.75, lw=0)
        axes.text(1.03, row.Index, _more(row.added_bytes), transform=beside, va="center", fontsize=9.8, weight="bold")
    short = labels(frame["series"], LABEL_LENGTH)
    axes.set_yticks(range(len(frame)), [short[name] for name in frame["series"]])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=10)
    axes.grid(visible=False, axis="y")
    most = max(float(frame["added_bytes"].max()) / _MB, 1e-3)
    axes.set(ylim=(len(frame) - 0.5, -0.5), xlim=(0, 1.15 * most), xlabel="MB more than before")


def _more(value: float) -> str:
    return units.data(value) if value else "none"


def alt(frame: pd.DataFrame) -> str:
    """Return the least and the most."""
    first, last = frame.iloc[0], frame.iloc[-1]
    return (
        f"Bars of memory on top: from {first['series']} with {_more(first['added_bytes'])} to {last['series']} with "
        f"{_more(last['added_bytes'])}."
    )
