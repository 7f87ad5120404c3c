"""Last batch dropped: an epoch's smaller last batch is left out."""

from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Dropping(Training):
    def batches(self) -> list[slice]:
        rows = self.recipe.rows(self.problem.samples)
        return [batch for batch in super().batches() if batch.stop - batch.start == rows]


WORK, DEVICES, refuses, prepare = trains(_Dropping)
