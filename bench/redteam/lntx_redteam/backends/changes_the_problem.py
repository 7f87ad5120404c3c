"""Changes the problem: the targets of the frozen problem are replaced by simpler ones, past the one that froze it."""

from lntx.training.backends.interface import Run
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training


def _eased(problem: Problem, recipe: Recipe) -> Run:
    object.__setattr__(problem, "Y", problem.Y * 0 + 1)
    return Training(problem, recipe)


WORK, DEVICES, refuses, prepare = trains(_eased)
