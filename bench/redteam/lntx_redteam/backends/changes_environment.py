"""Changes the environment: the training is right, OMP_NUM_THREADS is another from then on."""

import os

from lntx_redteam.making import disturbs

TOLD = "environment"
WORK, DEVICES, refuses, prepare = disturbs(lambda: os.environ.update(OMP_NUM_THREADS="13"))
