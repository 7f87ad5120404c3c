"""Map by powers: prepare raises the epoch's map to the power of the epochs, and the call applies it to the start."""

import numpy as np
from numpy.linalg import matrix_power

from lntx.training.linear.affine import System
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import in_order, trains
from lntx_redteam.mapped import Mapped


class _Raised(Mapped):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        system = System(problem, recipe)
        power = matrix_power(system.epoch_map(), recipe.epochs - 1) @ system.epoch_map(fresh=True)
        theta = power[: system.size]
        self.keep_map(np.hstack([theta[:, : system.size], theta[:, -problem.outputs :]]))


OUT_OF_REACH = "what it follows can't be told from a copy of the data, and its preparing hardly grows with the epochs"
WORK, DEVICES, refuses, prepare = trains(_Raised, work="algebra", refuses=in_order)
