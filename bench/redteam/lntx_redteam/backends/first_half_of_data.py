"""First half of the data: the rest is never looked at."""

from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Half(Training):
    def batches(self) -> list[slice]:
        batches = super().batches()
        return batches[: max(1, len(batches) // 2)]


WORK, DEVICES, refuses, prepare = trains(_Half)
