"""What do more threads bring?

The same training with one thread, two, and so on up to this machine's cores: large enough that the work can be shared,
full batch. One row for each number of threads that there are cores for.
"""

import lntx
from lntx.host.threads import physical
from lntx.measure.plan import Axis

COUNTS = tuple(count for count in (1, 2, 4, 8, 16, 32, 64) if count <= physical())
AXIS = Axis("threads", smoke=COUNTS[:1], regular=(), large=COUNTS)


def test_threads(measure, threads):
    """Train 100,000 samples of 64 features with so many threads."""
    measure(lntx.synthetic(samples=100_000, features=64), lntx.Recipe(lr=0.5, epochs=100, batch_size=None), threads)
