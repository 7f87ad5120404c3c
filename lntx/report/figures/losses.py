"""Loss against epochs.

The mean squared error over all samples of the tutorial, after as many epochs as each checkpoint has. All backends do the
same recurrence, so their markers lie in one another; what was timed for fewer epochs ends there.
"""

import pandas as pd

from lntx.report import units
from lntx.report.drawing.axes import LABEL_LENGTH, legend_above, logarithmic
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import GRID, WIDTH_IN, Styles
from lntx.report.frames import Frames
from lntx.report.names import labels

ORDER = 52
TOPIC = "Whether to trust this"
SUITES = ()
COLUMNS = ["picture", "study", "backend", "epoch", "loss"]
_HEIGHT_IN = 3.0
_LARGEST, _SMALLEST = 11.0, 3.0  # points across: the later a backend's name, the smaller, so that each can be seen


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each checkpoint of the tutorial at which the loss is known."""
    points = frames.checkpoints
    known = points[(points["suite"] == "tutorial") & points["loss"].notna() & (points["loss"] > 0)]
    several = known.groupby("backend")["epoch"].transform("nunique") > 1
    ordered = known[several].sort_values(["backend", "study", "epoch"], kind="stable").assign(picture="")
    return ordered[COLUMNS].reset_index(drop=True)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw each backend's points, markers one in the other, and a line along the middle of all."""
    names = list(dict.fromkeys(frame["backend"]))
    figure.set_size_inches(WIDTH_IN, _HEIGHT_IN)
    axes = figure.add_subplot()
    logarithmic(axes.xaxis, list(frame["epoch"]), units.size)
    logarithmic(axes.yaxis, list(frame["loss"]), lambda value: f"{value:g}")
    way = frame.groupby("epoch")["loss"].median()
    axes.plot(way.index, way, color=GRID, lw=1.2, zorder=1)
    step = (_LARGEST - _SMALLEST) / max(len(names) - 1, 1)
    short = labels(names, LABEL_LENGTH)
    for i, (name, part) in enumerate(frame.groupby("backend", sort=False)):
        style = styles[str(name)]
        axes.plot(
            part["epoch"], part["loss"], style.marker, ls="none", color=style.color, mfc="none", mew=1.2,
            ms=_LARGEST - i * step, label=short[str(name)],
        )  # fmt: skip
    legend_above(figure)
    axes.set(xlabel="epochs", ylabel="mean squared error")


def alt(frame: pd.DataFrame) -> str:
    """Return where all start and end."""
    first, last = frame[frame["epoch"] == frame["epoch"].min()], frame[frame["epoch"] == frame["epoch"].max()]
    count = units.plural(frame["backend"].nunique(), "backend")
    return (
        f"Loss curves of {count}, laid over each other: {units.digits(first['loss'].median())} after "
        f"{units.plural(int(first['epoch'].iloc[0]), 'epoch')}, {units.digits(last['loss'].median())} after "
        f"{units.plural(int(last['epoch'].iloc[0]), 'epoch')}."
    )
