"""Which way suits which shape of data?

Full batch, samples by features: few or many rows, narrow or wide. The suites of samples and of features are two lines
through this plane; here are points beside them, of which the report draws a map.
"""

import lntx
from lntx.measure.plan import Axis

AXIS = Axis(
    "shape",
    smoke=((100, 64),),
    regular=((10_000, 64),),
    large=tuple((samples, features) for samples in (100, 1000, 10_000, 100_000) for features in (64, 300, 1000)),
)


def test_shapes(measure, shape):
    """Train so many samples of so many features."""
    samples, features = shape
    measure(lntx.synthetic(samples=samples, features=features), lntx.Recipe(lr=0.5, epochs=100, batch_size=None))
