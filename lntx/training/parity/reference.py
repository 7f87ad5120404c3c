"""The float64 outcome of the same recurrence from the same start: what every backend's weights are held against.

By steps: `System.sweep`, epoch after epoch. By algebra, where steps would take too long and the order is fixed: an
epoch is an affine map of the state, built once, and E epochs are its E-th power. The tests hold the steps against
`torch.optim.SGD` in float64, and the algebra against the steps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.linalg import matrix_power

from lntx.errors import Diverged
from lntx.training.affine import Matrix, State, System, seconds_of
from lntx.training.model import initial
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe
from lntx.training.stability import advice

_BEYOND = float(np.sqrt(np.finfo(np.float32).max))  # weights whose square overflows are no training's outcome
_PATIENCE_S = 1.0  # seconds of steps, by a rough guess, up to which they are taken one by one


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """theta (features + 1 x outputs; the last row is the bias) at each epoch asked for, and how it was reached."""

    start: Matrix
    at: dict[int, Matrix]
    way: str  # "steps" or "algebra"


@lru_cache(maxsize=4)
def reference(problem: Problem, recipe: Recipe, epochs: tuple[int, ...]) -> Reference:
    """Train in float64 and keep the weights after each of these epochs (ascending)."""
    system = System(problem, recipe)
    start = _start(system)
    way = "algebra" if _prefers_algebra(system, epochs[-1]) else "steps"
    march = by_algebra if way == "algebra" else by_steps
    kept = dict(march(system, start, epochs))
    if not all(np.abs(theta).max() < _BEYOND for theta in kept.values()):  # also where it is NaN
        raise Diverged(f"the reference itself diverges at lr {recipe.lr:g}; {advice(problem, recipe)}")
    return Reference(start, kept, way)


def by_steps(system: System, start: Matrix, epochs: Sequence[int]) -> Iterator[tuple[int, Matrix]]:
    """Take every step."""
    state = State(start.copy(), np.zeros_like(start))
    for epoch in range(epochs[-1]):
        system.sweep(state, system.recipe.order(epoch, system.problem.samples))
        if epoch + 1 in epochs:
            yield epoch + 1, state.theta.copy()


def by_algebra(system: System, start: Matrix, epochs: Sequence[int]) -> Iterator[tuple[int, Matrix]]:
    """Apply powers of the epoch's map to the state after the first epoch; fixed order alone."""
    outputs = system.problem.outputs
    buffers = np.zeros_like(start) if system.recipe.momentum else np.zeros((0, outputs))
    state = system.epoch_map(fresh=True) @ np.vstack([start, buffers, np.eye(outputs)])
    epoch_map = system.epoch_map()
    done = 1
    for epoch in epochs:
        state = matrix_power(epoch_map, epoch - done) @ state
        done = epoch
        yield epoch, state[: system.size].copy()


def _start(system: System) -> Matrix:
    """Lay out the initial weights as every backend begins with them, rounded to the recipe's dtype."""
    import torch  # noqa: PLC0415  (the algebra above needs none)

    dtype = getattr(torch, system.recipe.dtype or system.problem.dtype)
    weights, bias = initial(system.problem.features, system.problem.outputs, system.recipe.seed, dtype)
    return np.vstack([weights.double().numpy().T, bias.double().numpy()])


def _prefers_algebra(system: System, epochs: int) -> bool:
    """Take steps while they are quick; beyond, the algebra where it is the cheaper of the two."""
    if system.recipe.order(0, system.problem.samples) is not None:
        return False
    batches, area = len(system.batches), 4.0 * system.problem.samples * system.size
    steps = seconds_of(epochs * batches, epochs * area * system.problem.outputs)
    height = system.size * (2 if system.recipe.momentum else 1)
    powers = 2 * height**3 * np.log2(epochs + 1)
    algebra = 2 * seconds_of(batches, area * height + powers)
    return bool(steps > _PATIENCE_S and algebra < steps)
