"""Mean over samples alone: the residuals are summed over the outputs, where the mean squared error divides by their number."""

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "two-outputs"


class _Summed(Training):
    def factor(self, residual: Array) -> float:
        return 2 / len(residual)


WORK, DEVICES, refuses, prepare = trains(_Summed)
