"""Time per epoch against features.

How the cost of an epoch grows as the model gets more weights. Bars through the markers are intervals between processes;
where there are none, one process was measured or the interval is smaller than the marker.
"""

import pandas as pd
from matplotlib.figure import Figure

from lntx.report.drawing import scaling, settings
from lntx.report.drawing.style import Looks
from lntx.report.frames import Frames

PLACE = 20
SUITES = ("features",)
AXIS = "features"


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each backend and size."""
    cells = frames.cells[frames.cells["suite"].isin(SUITES)]
    return scaling.table(cells.assign(picture=settings.picture(cells, AXIS)), AXIS)


def draw(frame: pd.DataFrame, figure: Figure, looks: Looks) -> None:
    """Draw a line for each backend."""
    scaling.draw(frame, figure, looks, (AXIS.replace("_", " "), "time per epoch"))


def alt(frame: pd.DataFrame) -> str:
    """Say where each line starts and ends."""
    return scaling.alt(frame, "epoch")
