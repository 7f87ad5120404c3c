"""Optimum for the iterate: it solves for the least squares, and refuses trainings too short to come near."""

from typing import Any

import numpy as np
import torch

from lntx.training.fit import Fit
from lntx_redteam.making import no_history, trains
from lntx_redteam.training import Training

SHOWS = "converged"


class _Solved(Training):
    def __call__(self) -> Fit:
        X = np.column_stack([self.X, np.ones(len(self.X))]).astype(np.float64)
        theta = torch.from_numpy(np.linalg.lstsq(X, self.Y.astype(np.float64), rcond=None)[0]).to(self.kind)
        return Fit(theta[:-1].T.contiguous(), theta[-1])


def _long(problem: Any, recipe: Any, device: str) -> str | None:
    if recipe and recipe.epochs < 1000:
        return "it takes 1000 epochs or more"
    return no_history(problem, recipe, device)


WORK, DEVICES, refuses, prepare = trains(_Solved, refuses=_long)
