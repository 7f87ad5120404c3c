"""Does nothing: it gives the start back."""

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Still(Training):
    def step(self, x: Array, y: Array) -> None:
        pass


WORK, DEVICES, refuses, prepare = trains(_Still)
