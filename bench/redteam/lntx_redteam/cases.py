"""The trainings in which a fault shows: each is small, stable, and short of convergence where its name says nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import lntx
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Case:
    """A problem and a recipe; suites are those of `lntx bench` in which the same fault would show, if any."""

    problem: Callable[[], Problem]
    recipe: Recipe
    suites: tuple[str, ...] = ()


def _drawn(outputs: int = 1, scale: float = 1.0, dtype: str = "float32", samples: int = 60) -> Callable[[], Problem]:
    """Draw 3 features with noise, the first output larger than the others by a factor."""

    def problem() -> Problem:
        drawn = lntx.synthetic(samples, 3, outputs, noise=0.1, seed=3, dtype="float64")
        targets = drawn.Y.copy()
        targets[:, 0] *= scale
        return Problem(drawn.X.astype(dtype), targets.astype(dtype))

    return problem


_ONE = _drawn()
_SEVEN = Recipe(lr=0.05, epochs=30, batch_size=7, seed=1)  # the last batch has 4 of the 60 samples
_PUSHED = _SEVEN.but(lr=0.02, momentum=0.9)

CASES: Mapping[str, Case] = {
    "plain": Case(_ONE, _SEVEN, ("tutorial", "samples")),
    "outputs": Case(_drawn(2, 1e6), _SEVEN),
    "outputs-1e4": Case(_drawn(2, 1e4), _SEVEN),
    "ragged": Case(_ONE, _SEVEN),
    "shuffled": Case(_ONE, _SEVEN.but(shuffle=True)),
    "momentum": Case(_ONE, _PUSHED.but(lr=0.002, momentum=0.99, epochs=60)),
    "dampening": Case(_ONE, _PUSHED.but(dampening=0.3)),
    "nesterov": Case(_ONE, _PUSHED.but(nesterov=True)),
    "decay": Case(_ONE, _PUSHED.but(weight_decay=0.1)),
    "float64": Case(_drawn(dtype="float64"), _SEVEN),
    "history": Case(_ONE, _SEVEN.but(log_every=5)),
    "still": Case(_ONE, _SEVEN.but(lr=1e-8, epochs=10)),
    "converged": Case(_drawn(samples=100), Recipe(lr=0.5, epochs=3000, batch_size=None, seed=1)),
    "full": Case(_ONE, Recipe(lr=0.2, epochs=20, batch_size=None, seed=1), ("samples",)),
    "large": Case(_drawn(samples=20_000), Recipe(lr=0.2, epochs=20, batch_size=None, seed=1), ("samples",)),
    "long": Case(_drawn(samples=100), Recipe(lr=0.001, epochs=400, batch_size=1, seed=1), ("tutorial",)),
}
"""By the name under which a member's SHOWS asks for one."""
