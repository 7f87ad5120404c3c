"""What does a trained model's prediction cost, for one row and for many?

However it was trained, the model that is used is the same module: backends should not differ here, and if they do, that
is how far to trust the other differences.
"""

import lntx
from lntx.measure.plan import Axis

AXIS = Axis(
    "rows",
    smoke=(1, 1000),
    regular=(1, 10_000),
    large=(1, 10, 100, 1000, 10_000, 100_000, 1_000_000),
)


def test_predict(measure, rows):
    """Train the tutorial's model for one epoch, and use it."""
    measure.predict(lntx.tutorial(), lntx.Recipe(epochs=1), rows)
