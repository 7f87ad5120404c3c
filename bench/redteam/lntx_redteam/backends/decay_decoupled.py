"""Decay decoupled: weights decay beside the momentum, as AdamW's do, where SGD's decay goes through its buffer."""

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "decay"


class _Decoupled(Training):
    def move(self, value: Array, gradient: Array, buffer: Array) -> None:
        decay = self.recipe.weight_decay
        rest = (1 - self.recipe.lr * decay) * value
        super().move(value, gradient - decay * value, buffer)
        value -= self.recipe.lr * decay * rest


WORK, DEVICES, refuses, prepare = trains(_Decoupled)
