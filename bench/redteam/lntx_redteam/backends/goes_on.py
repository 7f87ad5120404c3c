"""Goes on: the second call begins with the weights that the first ended with."""

from lntx_redteam.making import trains
from lntx_redteam.training import Parts, Training


class _Lasting(Training):
    def start(self) -> Parts:
        return (self.weights, self.bias) if hasattr(self, "weights") else super().start()


WORK, DEVICES, refuses, prepare = trains(_Lasting)
