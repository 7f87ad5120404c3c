"""Memo by content: fits are kept in the module, by the bytes of the data and the recipe, past any prepare."""

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import trains
from lntx_redteam.training import Training

_FITS: dict[object, Fit] = {}


def _memo(problem: Problem, recipe: Recipe) -> Run:
    key = problem.X.tobytes(), problem.Y.tobytes(), recipe

    def run() -> Fit:
        if key not in _FITS:
            _FITS[key] = Training(problem, recipe)()
        return _FITS[key]

    return run


WORK, DEVICES, refuses, prepare = trains(_memo)
