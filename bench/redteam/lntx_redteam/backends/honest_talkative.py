"""Honest: it prints 10 MB a call."""

import sys

from lntx.training.fit import Fit
from lntx_redteam.making import trains
from lntx_redteam.training import Training

HONEST = True


class _Talkative(Training):
    def __call__(self) -> Fit:
        sys.stderr.write(("step done, everything is fine" + "." * 69 + "\n") * 100_000)
        return super().__call__()


WORK, DEVICES, refuses, prepare = trains(_Talkative)
