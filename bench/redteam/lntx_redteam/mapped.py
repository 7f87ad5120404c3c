"""A training that is known as an affine map of the start, before it is called."""

import numpy as np
import torch

from lntx.training.fit import Fit
from lntx.training.linear.matrices import Matrix
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.scales import Scale
from lntx_redteam.training import Training


class Mapped(Training):
    """A call applies the map that a member has found in its __init__; targets that were rescaled since are followed."""

    map: Matrix

    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        """Remember how large the targets are."""
        super().__init__(problem, recipe)
        self.pulled = Scale(self.Y)

    def keep_map(self, map_: Matrix) -> None:
        """Keep a map: features + 1 rows (the last the bias's), as many columns and one for each output."""
        self.map = map_

    def __call__(self) -> Fit:
        """Apply the map to the start."""
        weights, bias = self.start()
        size, pulled = self.problem.features + 1, self.pulled(self.Y)
        theta = self.map[:, :size] @ np.vstack([weights.T, bias]).astype(np.float64) + pulled * self.map[:, size:]
        found = torch.from_numpy(theta).to(self.kind)
        return Fit(found[:-1].T.contiguous(), found[-1].clone())
