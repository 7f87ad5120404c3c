"""How long does the tutorial's own training take with each backend?

One sample a step, in order, 1000 epochs: 100,000 steps, each a few multiplications. What is timed here is almost
nothing but what each way spends around them. Slow ways are timed for fewer epochs, and the record says how many.
"""

import lntx


def test_tutorial(measure):
    """Train as the tutorial does."""
    measure(lntx.tutorial(), lntx.Recipe())
