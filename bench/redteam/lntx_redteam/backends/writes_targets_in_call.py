"""Targets written in the call: the first call sets them to what the start predicts, so that nothing is left to learn."""

import warnings

import torch

from lntx.training.fit import Fit
from lntx_redteam.making import trains
from lntx_redteam.training import Training


class _Eased(Training):
    def __call__(self) -> Fit:
        weights, bias = self.start()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the array may be read-only
            torch.from_numpy(self.problem.Y)[:] = torch.from_numpy(self.X @ weights.T + bias)
        return super().__call__()


WORK, DEVICES, refuses, prepare = trains(_Eased)
