"""Time per epoch against batch size.

What one pass over the same data costs as each step takes more rows at once. Bars through the markers are intervals
between processes; where there are none, one process was measured or the interval is smaller than the marker.
"""

import pandas as pd

from lntx.report.drawing import scaling
from lntx.report.frames import Frames

ORDER = 22
TOPIC = "How time grows"
SUITES = ("batches",)


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each backend and size."""
    return scaling.along(frames, SUITES, "batch_size")


draw, alt = scaling.draw, scaling.alt
