"""Map of the first call: it composes the epochs' map when it is first called, and applies what it kept in all others."""

import numpy as np

from lntx.training.fit import Fit
from lntx.training.linear.affine import State, System
from lntx_redteam.making import no_history, trains
from lntx_redteam.mapped import Mapped
from lntx_redteam.scales import Scale


class _Lazy(Mapped):
    def __call__(self) -> Fit:
        if not hasattr(self, "map"):
            system = System(self.problem, self.recipe)
            theta = np.eye(system.size, system.size + self.problem.outputs)
            state = State(theta, np.zeros_like(theta))
            for epoch in range(self.recipe.epochs):
                system.sweep(state, self.order(epoch))
            self.pulled = Scale(self.Y)
            self.keep_map(state.theta)
        return super().__call__()


SHOWS = "full"
WORK, DEVICES, refuses, prepare = trains(_Lazy, refuses=no_history)
