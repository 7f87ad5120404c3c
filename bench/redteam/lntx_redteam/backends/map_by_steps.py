"""Map by steps: prepare takes every step with the unit vectors, and the call applies the map to the start."""

import numpy as np

from lntx.training.linear.affine import State, System
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import no_history, trains
from lntx_redteam.mapped import Mapped


class _Walked(Mapped):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        system = System(problem, recipe)
        theta = np.eye(system.size, system.size + problem.outputs)
        state = State(theta, np.zeros_like(theta))
        for epoch in range(recipe.epochs):
            system.sweep(state, recipe.order(epoch, problem.samples))
        self.keep_map(state.theta)


WORK, DEVICES, refuses, prepare = trains(_Walked, refuses=no_history)
