"""The tutorial's ladder.

The time of the tutorial's whole training, every backend reaching the same weights. A filled marker was timed whole; a
hollow one was timed for fewer epochs and multiplied up. A thin tail ends where preparing and running end together.
"""

import pandas as pd

from lntx.report import settings
from lntx.report.drawing import dotplot
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import Styles
from lntx.report.frames import Frames

ORDER = 10
SUITES = ("tutorial",)


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each backend and form of the tutorial."""
    cells = frames.cells[frames.cells["suite"].isin(SUITES)]
    return dotplot.table(cells.assign(picture=settings.picture(cells)))


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a row for each backend, the fastest on top."""
    dotplot.draw(frame, figure, styles, "time of the whole training")


def alt(frame: pd.DataFrame) -> str:
    """Return every time in words."""
    return dotplot.alt(frame)
