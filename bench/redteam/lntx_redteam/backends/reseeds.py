"""Reseeds: the training is right, torch's global random numbers begin anew."""

import torch

from lntx_redteam.making import disturbs

TOLD = "torch's random numbers"
WORK, DEVICES, refuses, prepare = disturbs(lambda: torch.manual_seed(7))
