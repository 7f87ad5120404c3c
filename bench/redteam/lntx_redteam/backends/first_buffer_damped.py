"""First buffer damped: the first gradient is damped like the others, where torch's isn't."""

from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "dampening"


class _Damped(Training):
    def share(self) -> float:
        return 1 - self.recipe.dampening


WORK, DEVICES, refuses, prepare = trains(_Damped)
