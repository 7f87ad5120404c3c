"""Momentum anew each epoch: its buffers are emptied where an epoch begins."""

from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "momentum"


class _Forgetful(Training):
    def sweep(self, epoch: int) -> None:
        for buffer in self.buffers:
            buffer[:] = 0
        super().sweep(epoch)


WORK, DEVICES, refuses, prepare = trains(_Forgetful)
