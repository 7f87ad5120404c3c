"""How does the time of a training grow with the number of features?

Full batch, so that an epoch is one step whose arithmetic grows with the features alone: a curve that is flat at first
(the step's own cost), then straight (the memory's). X is scaled so that lr 0.5 is stable at every width.
"""

import lntx
from lntx.measure.plan import Axis

AXIS = Axis(
    "features",
    smoke=(10, 1000),
    regular=(1, 10, 64, 1000),
    large=(1, 3, 10, 30, 100, 300, 1000, 3000, 10_000),
)


def test_features(measure, features):
    """Train 1000 samples, full batch."""
    measure(lntx.synthetic(samples=1000, features=features), lntx.Recipe(lr=0.5, epochs=100, batch_size=None))
