"""Bias untrained: it stays as it began."""

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Still(Training):
    def move(self, value: Array, gradient: Array, buffer: Array) -> None:
        if value is self.weights:
            super().move(value, gradient, buffer)


WORK, DEVICES, refuses, prepare = trains(_Still)
