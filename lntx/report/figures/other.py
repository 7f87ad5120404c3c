"""Times of {}.

The time of each backend, against the size that varies where one does. Bars are intervals between processes.
"""

# The suites that no other figure shows end up here, so that a new bench file has its picture without any edit.

import pandas as pd

from lntx.record import LINEAR
from lntx.report import settings
from lntx.report.analysis.choosers import without_echoes
from lntx.report.drawing import dotplot, scaling
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import Styles
from lntx.report.frames import Frames

ORDER = 70
TOPIC = "How time grows"
SUITES = ()


def frame(frames: Frames) -> pd.DataFrame:
    """Gather the points of each suite that `shown` doesn't mark, one picture each."""
    cells = without_echoes(frames)
    cells = cells[~cells["suite"].isin(frames.shown)]
    cells = cells[(cells["model"] == LINEAR) | ((cells["phase"] == "run") & (cells["axis"] != ""))]  # others: `loops`
    grouped = [part for _, part in cells.groupby(["suite", "phase"])]
    # A loop at one value has its ladder, which this would be once more.
    parts = [_suite(part) for part in grouped if _linear(part) or len(set(part["value"])) > 1]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"picture": []})


def _linear(cells: pd.DataFrame) -> bool:
    return bool((cells["model"] == LINEAR).all())


def _suite(cells: pd.DataFrame) -> pd.DataFrame:
    axis = settings.axis_of(cells)
    setting = settings.picture(cells, axis)
    cells = cells.assign(picture=cells["suite"] + setting.map(lambda words: f": {words}" if words else ""))
    found = scaling.table(cells, axis) if axis else dotplot.table(cells)
    return found.assign(per="epoch" if (cells["phase"] == "run").all() else "call")


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a line for each backend, or a row where no size varies."""
    per = frame["per"].iloc[0]
    if _scales(frame):
        scaling.draw(frame, figure, styles, per)
    else:
        dotplot.draw(frame, figure, styles, "time of the whole training" if per == "epoch" else "time per call")


def alt(frame: pd.DataFrame) -> str:
    """Return the same in words."""
    return scaling.alt(frame, frame["per"].iloc[0]) if _scales(frame) else dotplot.alt(frame)


def _scales(frame: pd.DataFrame) -> bool:
    return "axis" in frame and bool(frame["axis"].notna().all())
