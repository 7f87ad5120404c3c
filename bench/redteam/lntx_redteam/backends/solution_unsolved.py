"""Solution, unsolved: it takes the recipe's steps, and calls what it has come to by then the optimum."""

from lntx_redteam.making import trains
from lntx_redteam.training import Training

WORK, DEVICES, refuses, prepare = trains(Training, work="solution")
