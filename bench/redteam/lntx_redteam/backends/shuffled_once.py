"""Shuffled once: the first epoch's order is used in all."""

import numpy as np
from numpy.typing import NDArray

from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "shuffled"


class _Once(Training):
    def order(self, epoch: int) -> NDArray[np.int64] | None:
        return super().order(0)


WORK, DEVICES, refuses, prepare = trains(_Once)
