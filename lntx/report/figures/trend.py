"""Trend of {}.

Time of each backend against that of the first study, over all cells that every study has. A ring marks where a new level
begins by more than the studies differ from one to the next; they weren't measured in turns, so a level may be the
machine's as well as the code's.
"""

import pandas as pd

from lntx.report import units
from lntx.report.analysis.trend import trend
from lntx.report.drawing.axes import logarithmic
from lntx.report.drawing.library import Figure
from lntx.report.drawing.line_names import at_ends
from lntx.report.drawing.scaling import LABEL_IN
from lntx.report.drawing.style import MUTED, WIDTH_IN, Styles
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 6
TOPIC = "What changed"
SUITES = ()
_HEIGHT_IN = 2.9
_NAMED = 6  # studies that have room for their days below the axis


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each suite, backend and study."""
    found = trend(frames)
    return found.assign(picture=found["suite"])


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a line for each backend, with rings where its level changes."""
    figure.set_size_inches(WIDTH_IN, max(_HEIGHT_IN, LABEL_IN * frame["backend"].nunique() + 0.9))
    axes, ends = figure.add_subplot(), []
    logarithmic(axes.yaxis, [1.0, *frame["ratio"]], lambda value: f"{value:g}{units.TIMES}")
    axes.axhline(1, color=MUTED, lw=1, dashes=(4, 3))
    for name, part in frame.groupby("backend"):
        style = styles[str(name)]
        axes.plot(part["turn"], part["ratio"], style.marker, ls="-", color=style.color, mfc=style.face, ms=5.5)
        for row in each(part[part["change"].astype(bool)]):
            axes.plot(row.turn, row.ratio, "o", mfc="none", mec=style.color, ms=12, mew=1.4)
        ends.append((str(name), float(part["turn"].iloc[-1]), float(part["ratio"].iloc[-1]), style))
    last = int(frame["turn"].max())
    axes.set(xlim=(0.7, last + 0.3), xlabel="study", ylabel="time / time in the first")
    turns = frame.drop_duplicates("turn").sort_values("turn")
    if last <= _NAMED:
        axes.set_xticks(list(turns["turn"]), [str(row.day)[:10] or str(row.turn) for row in each(turns)])
    at_ends(axes, ends)


def alt(frame: pd.DataFrame) -> str:
    """Return where each line ends, and where it changes."""
    words = [
        f"{name} {units.digits(float(part['ratio'].iloc[-1]))} times"
        + "".join(f", a new level at study {turn}" for turn in part["turn"][part["change"].astype(bool)])
        for name, part in frame.groupby("backend")
    ]
    count = units.plural(int(frame["turn"].max()), "study")
    return f"Line chart of time against that of the first of {count}; in the last: {units.listing(words)}."
