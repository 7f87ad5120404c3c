"""Outliers dropped: samples whose targets are far from the others are taken for masked."""

import numpy as np

from lntx.training.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Masked(Training):
    def step(self, x: Array, y: Array) -> None:
        near = np.abs(y).max(1) <= 2 * np.abs(self.Y).mean()
        if near.any():
            super().step(x[near], y[near])


WORK, DEVICES, refuses, prepare = trains(_Masked)
