"""Stops early: it leaves off when an epoch changes the weights by less than a thousandth."""

import numpy as np

from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "converged"


class _Early(Training):
    def begin(self) -> None:
        super().begin()
        self.settled = False

    def sweep(self, epoch: int) -> None:
        if self.settled:
            return
        before = self.weights.copy()
        super().sweep(epoch)
        self.settled = bool(np.abs(self.weights - before).max() < 1e-3 * np.abs(before).max())


WORK, DEVICES, refuses, prepare = trains(_Early)
