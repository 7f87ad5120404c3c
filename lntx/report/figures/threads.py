"""Time per epoch against threads.

What more threads bring, the data staying the same. A line that is flat has found nothing to share. Bars through the
markers are intervals between processes.
"""

import pandas as pd

from lntx.report.drawing import scaling
from lntx.report.frames import THREADS, Frames

ORDER = 26
TOPIC = "How time grows"
SUITES = (THREADS,)


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each backend and number of threads, where there are several."""
    found = scaling.along(frames, SUITES, "threads")
    return found if len(set(found["size"])) > 1 else found.iloc[:0]


draw, alt = scaling.draw, scaling.alt
