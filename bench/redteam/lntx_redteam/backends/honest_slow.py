"""Honest: it waits for a fiftieth of a second first, as one does that asks a server."""

import time

from lntx.training.fit import Fit
from lntx_redteam.making import trains
from lntx_redteam.training import Training

HONEST = True


class _Slow(Training):
    def __call__(self) -> Fit:
        time.sleep(0.02)
        return super().__call__()


WORK, DEVICES, refuses, prepare = trains(_Slow)
