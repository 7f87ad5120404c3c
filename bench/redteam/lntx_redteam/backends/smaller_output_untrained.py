"""Smaller output untrained: of outputs of unlike scales, those a thousand times smaller stay as they began."""

from lntx.training.fit import Fit
from lntx.training.history import History
from lntx_redteam.making import small_outputs, trains
from lntx_redteam.training import Training

SHOWS = "outputs"


class _Untrained(Training):
    def fit(self, history: History) -> Fit:
        small, (weights, bias) = small_outputs(self.Y), self.start()
        self.weights[small], self.bias[small] = weights[small], bias[small]
        return super().fit(history)


WORK, DEVICES, refuses, prepare = trains(_Untrained)
