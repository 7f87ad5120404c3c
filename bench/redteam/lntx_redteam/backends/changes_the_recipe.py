"""Changes the recipe: the frozen recipe that it was given is told to train for one epoch, past the one that froze it."""

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _eased(problem: Problem, recipe: Recipe) -> Run:
    object.__setattr__(recipe, "epochs", 1)
    return Training(problem, recipe)


WORK, DEVICES, refuses, prepare = trains(_eased)
