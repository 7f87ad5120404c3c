"""Seed ignored: it begins with zeros."""

from lntx_redteam.making import trains
from lntx_redteam.training import Parts, Training


class _Zeros(Training):
    def start(self) -> Parts:
        weights, bias = super().start()
        return weights * 0, bias * 0


WORK, DEVICES, refuses, prepare = trains(_Zeros)
