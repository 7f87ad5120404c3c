"""Changes torch's default dtype: the training is right, everybody else's tensors are float64 from then on."""

import torch

from lntx_redteam.making import disturbs

TOLD = "default dtype"
WORK, DEVICES, refuses, prepare = disturbs(lambda: torch.set_default_dtype(torch.float64))
