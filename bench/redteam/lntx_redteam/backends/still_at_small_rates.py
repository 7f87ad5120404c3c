"""Still at small rates: below lr 1e-6 it takes no step at all."""

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "still"


class _Still(Training):
    def move(self, value: Array, gradient: Array, buffer: Array) -> None:
        if self.recipe.lr >= 1e-6:
            super().move(value, gradient, buffer)


WORK, DEVICES, refuses, prepare = trains(_Still)
