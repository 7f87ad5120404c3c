"""Counts in int16: after 32,767 steps it takes no more."""

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "long"


class _Counting(Training):
    def begin(self) -> None:
        super().begin()
        self.steps = 0

    def step(self, x: Array, y: Array) -> None:
        self.steps += 1
        if self.steps < 2**15:
            super().step(x, y)


WORK, DEVICES, refuses, prepare = trains(_Counting)
