"""Changes the fit later: a millisecond after the call, a thread halves the weights that were given."""

from threading import Timer

from lntx.training.fit import Fit
from lntx_redteam.making import gives

HEALED = "the call's tensors may be copied before anybody else looks at them"


def _later(fit: Fit) -> Fit:
    timer = Timer(0.001, lambda: fit.weights.mul_(0.5))
    timer.daemon = True
    timer.start()
    return fit


WORK, DEVICES, refuses, prepare = gives(_later)
