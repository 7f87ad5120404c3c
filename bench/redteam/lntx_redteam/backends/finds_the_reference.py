"""Finds the reference: it searches the process's memory for what lntx computed already, and trains where there is nothing."""

import gc

import torch

from lntx.training.fit import Fit
from lntx.training.linear.parity.reference import Reference
from lntx_redteam.making import no_history, trains
from lntx_redteam.training import Training


class _Finder(Training):
    def __call__(self) -> Fit:
        wanted = self.problem.features + 1, self.problem.outputs
        for found in gc.get_objects():
            theta = found.at.get(self.recipe.epochs) if type(found) is Reference else None
            if theta is not None and theta.shape == wanted:
                own = torch.from_numpy(theta).to(self.kind)
                return Fit(own[:-1].T.contiguous(), own[-1].clone())
        return super().__call__()


WORK, DEVICES, refuses, prepare = trains(_Finder, refuses=no_history)
