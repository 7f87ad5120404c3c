"""How does the time of a training grow with the number of samples?

Full batch, as for the features: an epoch is one step over all samples, from a few kilobytes to more than a core's own
caches hold.
"""

import lntx
from lntx.measure.plan import Axis

AXIS = Axis(
    "samples",
    smoke=(100, 10_000),
    regular=(100, 1000, 10_000, 100_000),
    large=(100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000),
)


def test_samples(measure, samples):
    """Train 10 features, full batch."""
    measure(lntx.synthetic(samples=samples, features=10), lntx.Recipe(lr=0.5, epochs=100, batch_size=None))
