"""A full batch by its moments: what the samples come to, formed once; a step then costs nothing that grows with them."""

import numpy as np
import torch

from lntx.training.fit import Fit
from lntx.training.linear.matrices import Matrix
from lntx_redteam.scales import Scale
from lntx_redteam.training import Training


class Summed(Training):
    """A call steps on moments that a member has had formed before; targets that were rescaled since are followed."""

    gram: Matrix
    slope: Matrix

    def form(self) -> None:
        """Form the Gram matrix and X'Y, X with a column of ones, both times 2 / (samples x outputs)."""
        X = np.column_stack([self.X, np.ones(len(self.X))]).astype(np.float64)
        self.gram, self.slope = (X.T @ right * (2 / self.Y.size) for right in (X, self.Y))
        self.pulled = Scale(self.Y)

    def __call__(self) -> Fit:
        """Take the steps, of features + 1 numbers for each output."""
        self.fresh = True
        weights, bias = self.start()
        theta = np.vstack([weights.T, bias]).astype(np.float64)
        slope, buffer = self.slope * self.pulled(self.Y), np.zeros_like(theta)
        for _ in range(self.recipe.epochs):
            self.move(theta, self.gram @ theta - slope, buffer)
            self.fresh = False
        found = torch.from_numpy(theta).to(self.kind)
        return Fit(found[:-1].T.contiguous(), found[-1].clone())
