"""One step less: the very last step is left out."""

from lntx.training.linear.problem import Array
from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Early(Training):
    def begin(self) -> None:
        super().begin()
        self.left = self.recipe.steps(self.problem.samples) - 1

    def step(self, x: Array, y: Array) -> None:
        if self.left:
            self.left -= 1
            super().step(x, y)


WORK, DEVICES, refuses, prepare = trains(_Early)
