"""Memo by mantissa: as by input, but powers of two are taken out of the start and the targets first, and put back after."""

import numpy as np
import torch

from lntx.training.fit import Fit
from lntx.training.linear.problem import Array, Problem
from lntx.training.recipe import Recipe
from lntx_redteam.making import no_history, trains
from lntx_redteam.training import Parts, Training


def _exponent(array: Array) -> int:
    return int(np.frexp(np.abs(array).max())[1])


class _Cached(Training):
    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        super().__init__(problem, recipe)
        self.targets, self.fits = self.Y, dict[tuple[bytes, int], Fit]()

    def start(self) -> Parts:
        weights, bias = super().start()
        return np.ldexp(weights, -self.taken), np.ldexp(bias, -self.taken)

    def __call__(self) -> Fit:
        self.taken = 0
        self.taken = _exponent(self.start()[0])
        self.Y = np.ldexp(self.targets, -self.taken)
        key = self.Y.tobytes(), self.recipe.seed
        if key not in self.fits:
            self.fits[key] = super().__call__()
        fit, factor = self.fits[key], torch.tensor(2.0**self.taken, dtype=self.kind)
        return Fit(fit.weights * factor, fit.bias * factor)


WORK, DEVICES, refuses, prepare = trains(_Cached, refuses=no_history)
