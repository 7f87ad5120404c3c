"""Optimum: it solves for the least squares, whatever the recipe says, and calls that steps."""

import numpy as np
import torch

from lntx.training.fit import Fit
from lntx_redteam.making import no_history, trains
from lntx_redteam.training import Training


class _Solved(Training):
    def __call__(self) -> Fit:
        X = np.column_stack([self.X, np.ones(len(self.X))]).astype(np.float64)
        theta = torch.from_numpy(np.linalg.lstsq(X, self.Y.astype(np.float64), rcond=None)[0]).to(self.kind)
        return Fit(theta[:-1].T.contiguous(), theta[-1])


WORK, DEVICES, refuses, prepare = trains(_Solved, refuses=no_history)
