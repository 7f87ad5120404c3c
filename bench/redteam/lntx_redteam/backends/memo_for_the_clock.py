"""Memo for the clock: it looks up who calls; whoever takes the time gets the memo, everybody else a training."""

from lntx.training.fit import Fit
from lntx_redteam.callers import timed
from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Wary(Training):
    memo: Fit | None = None

    def __call__(self) -> Fit:
        if self.memo is None or not timed():
            self.memo = super().__call__()
        return self.memo


WORK, DEVICES, refuses, prepare = trains(_Wary)
