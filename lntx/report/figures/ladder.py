"""The tutorial's ladder.

Filled: once warm, with its interval between processes. Hollow: from a cold start. Dashed: the least that this machine can take
for all these steps. How many times as fast is measured turn by turn, so it needn't be the quotient of two times.
"""

import pandas as pd

from lntx.report import settings
from lntx.report.analysis.choosers import without_echoes
from lntx.report.drawing import ladder
from lntx.report.frames import Frames

ORDER = 10
TOPIC = "Which is fastest"
SUITES = ("tutorial",)


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each backend and form of the tutorial."""
    cells = without_echoes(frames)
    cells = cells[cells["suite"].isin(SUITES) & (cells["phase"] == "run")]
    return ladder.table(frames, cells.assign(picture=settings.picture(cells)))


draw, narrow, alt, untrue = ladder.draw, ladder.narrow, ladder.alt, ladder.untrue
