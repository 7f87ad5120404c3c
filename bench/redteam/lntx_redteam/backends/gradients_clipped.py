"""Gradients clipped: none is longer than 1."""

import numpy as np

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Parts, Training


class _Clipped(Training):
    def gradients(self, x: Array, y: Array) -> Parts:
        slope, offset = super().gradients(x, y)
        length = float(np.sqrt(np.square(slope).sum() + np.square(offset).sum()))
        return slope / max(1.0, length), offset / max(1.0, length)


WORK, DEVICES, refuses, prepare = trains(_Clipped)
