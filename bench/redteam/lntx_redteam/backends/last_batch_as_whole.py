"""Last batch as whole: a smaller last batch is divided by the size of the others."""

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Whole(Training):
    def factor(self, residual: Array) -> float:
        return 2.0 / float(self.recipe.rows(self.problem.samples) * residual.shape[1])


WORK, DEVICES, refuses, prepare = trains(_Whole)
