"""Time per epoch against samples.

How the cost of an epoch grows as the data get more rows. Bars through the markers are intervals between processes;
where there are none, one process was measured or the interval is smaller than the marker.
"""

import pandas as pd

from lntx.report.drawing import scaling
from lntx.report.frames import Frames

ORDER = 21
TOPIC = "How time grows"
SUITES = ("samples",)


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each backend and size."""
    return scaling.along(frames, SUITES, "samples")


draw, alt = scaling.draw, scaling.alt
