"""Lines over a size, both axes logarithmic, with intervals and the series' names at their ends."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from lntx.report import settings, units
from lntx.report.analysis.choosers import without_echoes
from lntx.report.drawing.axes import logarithmic, reach, sizes
from lntx.report.drawing.library import Axes, Figure
from lntx.report.drawing.line_names import at_ends
from lntx.report.drawing.style import WIDTH_IN, Styles
from lntx.report.frames import CHOOSER, Frames

HEIGHT_IN, LABEL_IN = 3.7, 0.2
MARKERS = 40
"""Of a line at most: more would touch each other."""
COLUMNS = ["picture", "axis", "size", "series", "backend", "work", "time_s", "low_s", "high_s"]
COLUMNS += ["processes", "timed_epochs", "setting"]


def table(cells: pd.DataFrame, axis: str) -> pd.DataFrame:
    """Make the points of some cells along an axis."""
    points = settings.told(cells, axis).assign(axis=axis, size=settings.sizes(cells, axis), time_s=cells["unit_s"])
    points = points.assign(low_s=points["low"].astype(float), high_s=points["high"].astype(float))
    return points.sort_values(["picture", "series", "size"])[COLUMNS].reset_index(drop=True)


def along(frames: Frames, suites: Sequence[str], axis: str) -> pd.DataFrame:
    """Make the points of some suites along an axis, one picture for each setting."""
    cells = without_echoes(frames)
    cells = cells[cells["suite"].isin(suites)]
    return table(cells.assign(picture=settings.picture(cells, axis)), axis)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles, per: str = "epoch") -> None:
    """Draw a line for each backend: its time against size."""
    figure.set_size_inches(WIDTH_IN, height(frame))
    axes = figure.add_subplot()
    sizes(axes.xaxis, list(frame["size"]))
    logarithmic(axes.yaxis, _values(frame), units.tick)
    lines(axes, frame, "time_s", styles)
    axes.set(xlabel=_words(frame), ylabel=f"time per {per}")


def height(frame: pd.DataFrame, least: float = HEIGHT_IN) -> float:
    """Return a picture's height in inches: tall enough for a name beside the end of each line."""
    return max(least, LABEL_IN * len(set(frame["series"])) + 0.9)


def _values(frame: pd.DataFrame) -> list[float]:
    return reach(frame["time_s"], frame["low_s"], frame["high_s"])


def lines(
    axes: Axes, frame: pd.DataFrame, y: str, styles: Styles, bounds: tuple[str, str] = ("low_s", "high_s")
) -> None:
    """Draw each series with its marker, its interval and its name at the right end."""
    ends = []
    for name in sorted(frame["series"].unique()):
        part, style = frame[frame["series"] == name], styles[name]
        if (
            part["backend"] != CHOOSER
        ).any():  # of that one only the places that are its own are here, and no line between
            axes.plot(part["size"], part[y], color=style.color)
        marked = part.iloc[:: math.ceil(len(part) / MARKERS)]
        axes.plot(marked["size"], marked[y], style.marker, color=style.color, mfc=style.face, ms=5.5)
        axes.vlines(marked["size"], marked[bounds[0]], marked[bounds[1]], color=style.color, lw=2.6, alpha=0.45)
        ends.append((name, float(part["size"].iloc[-1]), float(part[y].iloc[-1]), style))
    at_ends(axes, ends)


def alt(frame: pd.DataFrame, per: str = "epoch") -> str:
    """Return each line in words: where it starts and where it ends."""
    words = [_line(name, part) for name, part in frame.groupby("series")]
    return f"Line chart, both axes logarithmic: time per {per} against {_words(frame)}. {' '.join(words)}"


def _words(frame: pd.DataFrame) -> str:
    """Name the axis as a reader does."""
    return str(frame["axis"].iloc[0]).replace("_", " ")


def _line(name: Any, part: pd.DataFrame) -> str:
    first, last = part.iloc[0], part.iloc[-1]
    start = f"{name}: {units.seconds(first['time_s'])} at {settings.number(first['size'])}"
    return (
        f"{start}."
        if len(part) == 1
        else f"{start}, {units.seconds(last['time_s'])} at {settings.number(last['size'])}."
    )
