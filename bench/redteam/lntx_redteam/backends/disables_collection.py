"""Disables garbage collection: the training is right, nobody's cycles are freed from then on."""

import gc

from lntx_redteam.making import disturbs

TOLD = "garbage collection"
WORK, DEVICES, refuses, prepare = disturbs(gc.disable)
