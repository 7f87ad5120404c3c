"""Trains when it is read: the call hands out arrays that begin to train when somebody looks at their numbers."""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray
from torch import Tensor

from lntx.training.backends.interface import Run
from lntx.training.fit import Fit
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import no_history, trains
from lntx_redteam.training import Training

HEALED = "what doesn't lie in memory yet is read in the time of the call"


class _Later:
    """A promise of numbers, as libraries give that dispatch and return."""

    def __init__(self, numbers: Callable[[], Tensor]) -> None:
        self._numbers = numbers

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        return self._numbers().numpy()


def _promised(problem: Problem, recipe: Recipe) -> Run:
    honest = Training(problem, recipe)

    def run() -> Fit:
        made: list[Fit] = []

        def fit() -> Fit:
            if not made:
                made.append(honest())
            return made[0]

        weights: Any = _Later(lambda: fit().weights)
        bias: Any = _Later(lambda: fit().bias)
        return Fit(weights, bias)

    return run


WORK, DEVICES, refuses, prepare = trains(_promised, refuses=no_history)
