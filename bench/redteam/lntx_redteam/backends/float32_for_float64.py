"""Float32 for float64: gradients are summed in float32, also where the recipe says float64."""

import numpy as np

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Parts, Training

SHOWS = "float64"


class _Single(Training):
    def gradients(self, x: Array, y: Array) -> Parts:
        slope, offset = super().gradients(x, y)
        return slope.astype(np.float32).astype(x.dtype), offset.astype(np.float32).astype(x.dtype)


WORK, DEVICES, refuses, prepare = trains(_Single)
