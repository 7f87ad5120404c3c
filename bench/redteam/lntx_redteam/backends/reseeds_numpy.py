"""Reseeds NumPy: the training is right, NumPy's global random numbers begin anew."""

import numpy as np

from lntx_redteam.making import disturbs

TOLD = "NumPy's random numbers"
WORK, DEVICES, refuses, prepare = disturbs(lambda: np.random.seed(7))  # noqa: NPY002  (the global one is the point)
