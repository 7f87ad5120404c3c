"""Changes the threads: the training is right, torch has one thread more from then on."""

import torch

from lntx_redteam.making import disturbs

TOLD = "threads"
WORK, DEVICES, refuses, prepare = disturbs(lambda: torch.set_num_threads(torch.get_num_threads() + 1))
