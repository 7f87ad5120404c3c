"""Momentum kept: buffers are not emptied between calls."""

from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "momentum"


class _Lasting(Training):
    def begin(self) -> None:
        before = getattr(self, "buffers", None)
        super().begin()
        if before is not None:
            self.buffers, self.fresh = before, False


WORK, DEVICES, refuses, prepare = trains(_Lasting)
