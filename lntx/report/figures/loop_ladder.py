"""The ways of {}.

Filled: the whole training, once warm. Hollow: from a cold start, extrapolated from the first epoch.
"""

import pandas as pd

from lntx.report.analysis.loops import loops, worded
from lntx.report.drawing import ladder
from lntx.report.frames import Frames

ORDER = 7
TOPIC = "Which is fastest"
SUITES = ()


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each way of a loop, at the last value of its axis."""
    parts = []
    for loop in loops(frames):
        value = loop.points[-1]
        cells = loop.steady[loop.steady["value"] == value].assign(picture=loop.name)
        setting = ", ".join(filter(None, [worded(loop, value), loop.place]))
        parts.append(ladder.table(frames, cells).assign(setting=setting))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=ladder.COLUMNS)


draw, narrow, alt, untrue = ladder.draw, ladder.narrow, ladder.alt, ladder.untrue
