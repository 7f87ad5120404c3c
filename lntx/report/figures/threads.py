"""Time per epoch against threads.

What more threads bring, the data staying the same. A line that is flat has found nothing to share. Bars through the
markers are intervals between processes.
"""

import pandas as pd
from matplotlib.figure import Figure

from lntx.report.drawing import scaling, settings
from lntx.report.drawing.style import Looks
from lntx.report.frames import THREADS, Frames

PLACE = 26
SUITES = (THREADS,)
AXIS = "threads"


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each backend and number of threads, where there are several."""
    cells = frames.cells[frames.cells["suite"].isin(SUITES)]
    if cells["threads"].nunique() < 2:  # noqa: PLR2004
        return scaling.table(cells.iloc[:0].assign(picture=""), AXIS)
    return scaling.table(cells.assign(picture=settings.picture(cells, AXIS)), AXIS)


def draw(frame: pd.DataFrame, figure: Figure, looks: Looks) -> None:
    """Draw a line for each backend."""
    scaling.draw(frame, figure, looks, (AXIS, "time per epoch"))


def alt(frame: pd.DataFrame) -> str:
    """Say where each line starts and ends."""
    return scaling.alt(frame, "epoch")
