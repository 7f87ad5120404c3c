"""Honest: its weights are a view with strides of their own, cut from a larger array."""

from dataclasses import replace

import torch

from lntx.training.fit import Fit
from lntx_redteam.making import gives

HONEST = True


def _strided(fit: Fit) -> Fit:
    theta = torch.cat([fit.weights.T, fit.bias[None]])
    return replace(fit, weights=theta[:-1].T, bias=theta[-1])


WORK, DEVICES, refuses, prepare = gives(_strided)
