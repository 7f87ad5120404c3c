"""How long is the wait before a fresh process has trained its first epoch?

Everything that happens once is in it: libraries loaded late, code that is generated and compiled, the first step's own
warming up. The caches in which compilers keep their work are empty. It is the tutorial's training, whose steady time
`test_tutorial` knows: together they say from which epoch on compiling pays.
"""

import lntx


def test_first_call(measure):
    """Prepare the tutorial's training and do one epoch of it."""
    measure.first(lntx.tutorial(), lntx.Recipe())
