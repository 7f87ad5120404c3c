"""Speed-up over eager.

How many times as fast as the textbook loop each backend is, at each size. Above the line at 1 it is faster, below it
slower. Both run in the same study, and the intervals pair their processes turn by turn.
"""

import pandas as pd

from lntx.report import settings, units
from lntx.report.analysis.choosers import without_echoes
from lntx.report.drawing.axes import logarithmic, reach, sizes
from lntx.report.drawing.library import Figure
from lntx.report.drawing.scaling import height, lines
from lntx.report.drawing.style import MUTED, WIDTH_IN, Styles
from lntx.report.frames import BASELINE, Frames

ORDER = 30
TOPIC = "Which is fastest"
SUITES = ()
COLUMNS = ["picture", "suite", "axis", "size", "series", "backend", "work"]
COLUMNS += ["speedup", "low", "high", "processes", "setting"]
_HEIGHT_IN = 2.9


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each backend but the baseline, suite and size that vary."""
    cells = without_echoes(frames)
    others = cells[(cells["backend"] != BASELINE) & (cells["phase"] == "run")]
    others = others[others["baseline"] == BASELINE]
    parts = [_suite(cells) for _, cells in others[others["speedup"].notna()].groupby("suite")]
    found = [part for part in parts if part is not None]
    return pd.concat(found, ignore_index=True)[COLUMNS] if found else pd.DataFrame(columns=COLUMNS)


def _suite(cells: pd.DataFrame) -> pd.DataFrame | None:
    axis = settings.axis_of(cells)
    if not axis:
        return None
    setting = settings.picture(cells, axis)
    named = cells["suite"].astype(str) + setting.map(lambda words: f": {words}" if words else "")
    bounds = {"low": cells["speedup_low"].astype(float), "high": cells["speedup_high"].astype(float)}
    points = settings.told(cells.assign(picture=named), axis).assign(
        axis=axis, size=settings.sizes(cells, axis), **bounds
    )
    return points.sort_values(["picture", "series", "size"])


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a line for each backend, and the baseline at 1."""
    figure.set_size_inches(WIDTH_IN, height(frame, _HEIGHT_IN))
    axes = figure.add_subplot()
    sizes(axes.xaxis, list(frame["size"]))
    values = [1.0, *reach(frame["speedup"], frame["low"], frame["high"])]
    logarithmic(axes.yaxis, values, lambda value: f"{value:,g}{units.TIMES}")
    lines(axes, frame, "speedup", styles, ("low", "high"))
    last = axes.transAxes.inverted().transform(axes.transData.transform((frame["size"].max(), 1)))[0]
    end = min(last, 1)  # not through the names beside the ends
    axes.axhline(1, 0, end, color=MUTED, lw=1, dashes=(4, 3), zorder=1)
    axes.annotate(BASELINE, (0.005, 1), (0, 3), ("axes fraction", "data"), "offset points", color=MUTED, fontsize=9)
    axes.set(xlabel=frame["axis"].iloc[0].replace("_", " "), ylabel=f"times as fast as {BASELINE}")


def alt(frame: pd.DataFrame) -> str:
    """Return the range of each line."""
    words = [
        f"{name} {units.digits(part['speedup'].min())} to {units.digits(part['speedup'].max())} times"
        for name, part in frame.groupby("series")
    ]
    return f"Line chart of speed over {BASELINE}, both axes logarithmic: {units.listing(words)}."
