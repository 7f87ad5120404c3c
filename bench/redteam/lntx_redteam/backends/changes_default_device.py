"""Changes torch's default device: the training is right, everybody else's tensors have no values from then on."""

import torch

from lntx_redteam.making import disturbs

TOLD = "default device"
WORK, DEVICES, refuses, prepare = disturbs(lambda: torch.set_default_device("meta"))
