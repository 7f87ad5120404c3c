"""Shuffle of another seed: the order of each epoch is drawn, but not the recipe's."""

import numpy as np
from numpy.typing import NDArray

from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "shuffled"


class _Other(Training):
    def order(self, epoch: int) -> NDArray[np.int64] | None:
        return self.recipe.but(seed=self.recipe.seed + 1).order(epoch, self.problem.samples)


WORK, DEVICES, refuses, prepare = trains(_Other)
