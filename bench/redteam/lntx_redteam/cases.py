"""The trainings in which a fault shows: small, stable, and short of convergence where the name says nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import lntx
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

_NOISE = 0.1
_AS_OPTIONS = ("lr", "epochs", "momentum", "dampening", "weight_decay", "seed", "log_every")
_AS_FLAGS = ("shuffle", "nesterov")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A synthetic problem's sizes and a recipe, whose seed draws the problem too.

    scale multiplies the first output. suites are those of `lntx bench` in which the same faults would show, if any.
    """

    recipe: Recipe
    samples: int = 60
    features: int = 3
    outputs: int = 1
    scale: float = 1.0
    suites: tuple[str, ...] = ()

    def problem(self) -> Problem:
        """Draw the problem, in the recipe's dtype."""
        sizes, seed = (self.samples, self.features, self.outputs), self.recipe.seed
        drawn = lntx.synthetic(*sizes, noise=_NOISE, seed=seed, dtype=self.recipe.dtype or "float32")
        if self.scale == 1:
            return drawn
        targets = drawn.Y.copy()
        targets[:, 0] *= self.scale
        return Problem(drawn.X, targets)

    def options(self, folder: Path) -> list[str]:
        """Write the case as options of `lntx train`; what they can't draw is written to a folder."""
        recipe = self.recipe
        given = [part for name in _AS_OPTIONS for part in (f"--{name.replace('_', '-')}", repr(getattr(recipe, name)))]
        given += [f"--{name}" for name in _AS_FLAGS if getattr(recipe, name)]
        given += ["--batch-size", str(recipe.batch_size or "full")]
        given += ["--dtype", recipe.dtype] if recipe.dtype else []
        return given + self._source(folder)

    def _source(self, folder: Path) -> list[str]:
        if self.scale == 1:
            sizes = {"samples": self.samples, "features": self.features, "outputs": self.outputs, "noise": _NOISE}
            return [part for name, value in sizes.items() for part in (f"--{name}", str(value))]
        problem, paths = self.problem(), [folder / "X.npy", folder / "Y.npy"]
        for path, array in zip(paths, (problem.X, problem.Y), strict=True):
            np.save(path, array)
        return ["--data", str(paths[0]), "--target", str(paths[1])]


_SEVEN = Recipe(lr=0.05, epochs=30, batch_size=7, seed=1)  # the last batch has 4 of the 60 samples
_PUSHED = _SEVEN.but(lr=0.02, momentum=0.9)
_ONE = Recipe(lr=0.001, batch_size=1, seed=1)
_FULL = Recipe(lr=0.2, epochs=20, batch_size=None, seed=1)

CASES: Mapping[str, Case] = {
    "plain": Case(recipe=_SEVEN, suites=("tutorial", "samples")),
    "outputs": Case(recipe=_SEVEN, outputs=2, scale=1e6),
    "outputs-1e4": Case(recipe=_SEVEN, outputs=2, scale=1e4),
    "two-outputs": Case(recipe=_SEVEN, outputs=2),
    "shuffled": Case(recipe=_SEVEN.but(shuffle=True)),
    "momentum": Case(recipe=_PUSHED.but(lr=0.002, momentum=0.99, epochs=60)),
    "dampening": Case(recipe=_PUSHED.but(dampening=0.3)),
    "nesterov": Case(recipe=_PUSHED.but(nesterov=True)),
    "decay": Case(recipe=_PUSHED.but(weight_decay=0.1)),
    "float64": Case(recipe=_SEVEN.but(dtype="float64")),
    "history": Case(recipe=_SEVEN.but(log_every=5)),
    "still": Case(recipe=_SEVEN.but(lr=1e-9, epochs=10)),
    "full": Case(recipe=_FULL, samples=50_000, features=20, suites=("samples", "threads")),
    "full-long": Case(recipe=_FULL.but(epochs=300), samples=20_000, features=20, suites=("threads",)),
    "converged": Case(recipe=_FULL.but(lr=0.5, epochs=3000)),
    "large": Case(recipe=_FULL, samples=20_000, suites=("samples",)),
    "steady": Case(recipe=_ONE, samples=100, suites=("tutorial",)),
    "long": Case(recipe=_ONE.but(epochs=400), samples=100, suites=("tutorial",)),
}
"""By the name under which a member's SHOWS asks for one."""
