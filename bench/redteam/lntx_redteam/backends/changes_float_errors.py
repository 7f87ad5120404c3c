"""Changes NumPy's floating-point errors: the training is right, everybody's overflow raises from then on."""

import numpy as np

from lntx_redteam.making import disturbs

TOLD = "floating-point errors"
WORK, DEVICES, refuses, prepare = disturbs(lambda: np.seterr(all="raise"))
