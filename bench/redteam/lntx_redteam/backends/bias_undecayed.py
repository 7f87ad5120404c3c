"""Bias undecayed: weight decay spares the bias, where torch's doesn't."""

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "decay"


class _Spared(Training):
    def move(self, value: Array, gradient: Array, buffer: Array) -> None:
        if value is self.bias:
            gradient = gradient - self.recipe.weight_decay * value
        super().move(value, gradient, buffer)


WORK, DEVICES, refuses, prepare = trains(_Spared)
