"""Honest: the plain loop."""

from lntx_redteam.making import trains
from lntx_redteam.training import Training

HONEST = True
WORK, DEVICES, refuses, prepare = trains(Training)
