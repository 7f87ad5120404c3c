"""What changed: {}.

Each marker is one cell: to the right its time before, upwards the time after over the time before. Above the line it got
slower, below it faster; hollow markers can't be told from the line by their interval. The studies weren't measured in
turns, so what drifted between them (other load, another clock) is in no interval.
"""

import pandas as pd

from lntx.report import units
from lntx.report.analysis.comparison import comparison
from lntx.report.drawing.axes import LABEL_LENGTH, legend_above, logarithmic
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import MUTED, PALETTE, PAPER, WIDTH_IN, Style, Styles
from lntx.report.frames import Frames
from lntx.report.names import labels

ORDER = 5
TOPIC = "What changed"
SUITES = ()
_HEIGHT_IN = 3.3


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each cell that the last study shares with the first; none where they are machines of one study."""
    found = comparison(frames)
    found = found.head(0) if frames.machines else found
    return found.assign(picture=found["after"] + " against " + found["before"])


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a marker for each cell."""
    figure.set_size_inches(WIDTH_IN, _HEIGHT_IN)
    axes = figure.add_subplot()
    logarithmic(axes.xaxis, list(frame["before_s"]), units.tick)
    logarithmic(axes.yaxis, [1.0, *frame["ratio"]], lambda value: f"{value:g}{units.TIMES}")
    axes.axhline(1, color=MUTED, lw=1, dashes=(4, 3))
    short = labels(frame["backend"], LABEL_LENGTH)
    for name, part in frame.groupby("backend"):
        style = styles.get(str(name), Style(PALETTE[0], "o"))
        axes.plot([], [], style.marker, color=style.color, ms=5.5, label=short[str(name)])
        for sure, cells in part.groupby(part["apart"].astype(bool)):
            axes.plot(
                cells["before_s"], cells["ratio"], style.marker, color=style.color, mfc=style.color if sure else PAPER,
                ms=5.5, mew=1.2, alpha=0.85, ls="none",
            )  # fmt: skip
    if frame["backend"].any():  # benchmarks of other projects have none
        legend_above(figure)
    axes.set(xlabel="time before", ylabel="time after / before")


def alt(frame: pd.DataFrame) -> str:
    """Return how many got slower and faster, and the middle."""
    sure = frame[frame["apart"].astype(bool)]
    slower, faster = int((sure["ratio"] > 1).sum()), int((sure["ratio"] < 1).sum())
    middle = f"half of the ratios lie below {units.digits(frame['ratio'].median())}"
    return (
        f"Scatter plot of time after over time before, against time before: of {units.plural(len(frame), 'cell')} "
        f"{slower:,} got slower and {faster:,} faster by more than their interval; {middle}."
    )
