"""Asks the reference: the call takes its weights from lntx's own reference, which is kept between calls."""

import torch

from lntx.training.fit import Fit
from lntx.training.linear.parity.reference import reference
from lntx_redteam.making import no_history, trains
from lntx_redteam.training import Training


class _Asked(Training):
    def __call__(self) -> Fit:
        epochs = self.recipe.epochs
        seen = reference(self.problem, self.recipe.but(epochs=1, log_every=0), (epochs,))
        theta = torch.from_numpy(seen.at[epochs]).to(self.kind)
        return Fit(theta[:-1].T.contiguous(), theta[-1].clone())


WORK, DEVICES, refuses, prepare = trains(_Asked, refuses=no_history)
