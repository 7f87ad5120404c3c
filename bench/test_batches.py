"""What does a small batch cost?

The same samples each epoch, in steps of 1, 16, 256 or all: the arithmetic of an epoch is the same, its number of steps
isn't. 1280 samples divide evenly, so that every step of a cell has the same shape.
"""

import lntx
from lntx.measure.plan import Axis

AXIS = Axis(
    "batch_size",
    smoke=(16, None),
    regular=(1, 16, 256, None),
    large=(1, 4, 16, 64, 256, 640, None),
)


def test_batches(measure, batch_size):
    """Train 1280 samples of 64 features."""
    measure(lntx.synthetic(samples=1280, features=64), lntx.Recipe(lr=0.1, epochs=100, batch_size=batch_size))
