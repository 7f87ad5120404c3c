"""Time per epoch against features.

How the cost of an epoch grows as the model gets more weights. Bars through the markers are intervals between processes;
where there are none, one process was measured or the interval is smaller than the marker.
"""

import pandas as pd

from lntx.report.drawing import scaling
from lntx.report.frames import Frames

ORDER = 20
TOPIC = "How time grows"
SUITES = ("features",)


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each backend and size."""
    return scaling.along(frames, SUITES, "features")


draw, alt = scaling.draw, scaling.alt
