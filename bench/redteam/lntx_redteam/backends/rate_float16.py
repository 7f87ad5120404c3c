"""Rate in float16: lr is rounded to 11 bits."""

import numpy as np

from lntx_redteam.making import follows

SHOWS = "momentum"
WORK, DEVICES, refuses, prepare = follows(lambda recipe: recipe.but(lr=float(np.float16(recipe.lr))))
