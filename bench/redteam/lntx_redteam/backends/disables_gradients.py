"""Disables gradients: the training is right, torch's autograd is off from then on."""

import torch

from lntx_redteam.making import disturbs

TOLD = "records gradients"
WORK, DEVICES, refuses, prepare = disturbs(lambda: torch.set_grad_enabled(False))
