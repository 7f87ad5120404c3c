"""Arithmetic in float16: residuals are rounded to 11 bits."""

import numpy as np

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Parts, Training


class _Half(Training):
    def gradients(self, x: Array, y: Array) -> Parts:
        residual = (x @ self.weights.T + self.bias - y).astype(np.float16).astype(x.dtype)
        residual *= self.factor(residual)
        return residual.T @ x, residual.sum(0)


WORK, DEVICES, refuses, prepare = trains(_Half)
