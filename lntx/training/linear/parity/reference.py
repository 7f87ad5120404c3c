"""The float64 outcome of the same recurrence from the same start: what every backend's weights are held against.

By steps: `System.sweep`, epoch after epoch, or, where there are so many that NumPy would take seconds, the same in one
compiled loop (`loops`). By algebra, where steps would take too long and the order is fixed: an epoch is an affine map of
the state, built once, and E epochs are its E-th power. The tests hold the steps against `torch.optim.SGD` in float64,
the compiled loop against the steps, and the algebra against the steps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from lntx.errors import Diverged
from lntx.training import shelf
from lntx.training.digest import digest, remembered
from lntx.training.linear.affine import Powers, State, System
from lntx.training.linear.matrices import Matrix, laid_out, seconds_of
from lntx.training.linear.model import initial
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

_PATIENCE_S = 1.0  # seconds of steps, by a rough guess, up to which they are taken one by one in NumPy
_CAST = 2**24  # numbers of X and Y that are cast to float64 for the compiled loop


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """theta (features + 1 x outputs; the last row is the bias) at each epoch asked for, and how it was reached."""

    start: Matrix
    at: dict[int, Matrix]
    way: str  # "steps" or "algebra"


class Steps:
    """The recurrence, step by step, from a start; it goes on from where it stands, and begins anew for what lies before."""

    def __init__(self, system: System, start: Matrix, *, compiled: bool | None = None) -> None:
        """Stand at the start; compiled says whether to use the compiled loop, None where the number of steps decides."""
        self._system, self._start, self._compiled = system, start, compiled
        self._data: tuple[Matrix, Matrix] | None = None
        self._begin()

    def _begin(self) -> None:
        self._state = State(self._start.copy(), np.zeros_like(self._start))
        self._done = 0

    def at(self, epoch: int) -> Matrix:
        """Return theta after so many epochs."""
        if epoch < self._done:
            self._begin()
        if epoch > self._done:
            quick = compiles(self._system, epoch - self._done) if self._compiled is None else self._compiled
            (self._sweep_compiled if quick else self._sweep)(epoch)
            self._done = epoch
        return self._state.theta.copy()

    def _sweep(self, until: int) -> None:
        for epoch in range(self._done, until):
            self._system.sweep(self._state, self._system.recipe.order(epoch, self._system.problem.samples))

    def _sweep_compiled(self, until: int) -> None:
        loops = compiled_loops()
        system, recipe = self._system, self._system.recipe
        problem, state = system.problem, self._state
        if self._data is None:
            X, Y = problem.cast(recipe.dtype)
            self._data = laid_out(X, np.float64), laid_out(Y, np.float64)
        rates, decays = (np.full(problem.outputs, value) for value in (recipe.lr, recipe.weight_decay))
        shares = np.array([recipe.momentum, 1 - recipe.dampening])
        constants = loops.Constants(rates, decays, shares, recipe.nesterov)
        for first, epochs, order in turns(recipe, problem.samples, self._done, until):
            step = first * len(system.batches)
            loops.sweep(
                state.theta, state.buffer, *self._data, order, recipe.rows(problem.samples), problem.outputs,
                epochs, step, constants, np.ones(1), 0,
            )  # fmt: skip
        state.fresh = False


class Algebra:
    """Powers of the epoch's map, applied to the state after the first epoch; fixed order alone."""

    def __init__(self, system: System, start: Matrix) -> None:
        """Compose the map of the first epoch, and that of all others."""
        outputs = system.problem.outputs
        buffers = np.zeros_like(start) if system.recipe.momentum else np.zeros((0, outputs))
        self._size = system.size
        self._first = system.epoch_map(fresh=True) @ np.vstack([start, buffers, np.eye(outputs)])
        self._powers = Powers(system)
        self._state, self._done = self._first, 1

    def at(self, epoch: int) -> Matrix:
        """Return theta after so many epochs (1 or more); equal distances between epochs share their power."""
        if epoch < self._done:
            self._state, self._done = self._first, 1
        if gap := epoch - self._done:
            self._state, self._done = self._powers.after(self._state, gap), epoch
        return np.asarray(self._state[: self._size]).copy()


@remembered(8)
def reference(problem: Problem, recipe: Recipe, epochs: tuple[int, ...], *, zero: bool = False) -> Reference:
    """Train in float64 and keep the weights after each of these epochs (ascending).

    zero begins with weights of zero instead of the recipe's own: the outcome is linear in the targets and the start, so
    that R0 + a (R - R0) is what a start of a times the recipe's leads to. Raises Diverged where the weights leave the
    numbers of the recipe's dtype.
    """
    system = System(problem, recipe)
    way = "algebra" if _prefers_algebra(system, epochs[-1]) else "steps"
    kept = {epoch: _reached(problem, recipe, way, epoch, zero=zero) for epoch in epochs}
    largest = float(np.finfo(np.dtype(recipe.dtype or problem.dtype)).max)
    if not all(np.abs(theta).max() < largest for theta in kept.values()):  # also where it is NaN
        raise Diverged(f"the reference itself diverges at lr {recipe.lr:g}")
    return Reference(beginning(system, zero=zero), kept, way)


def outcome(problem: Problem, recipe: Recipe, epoch: int, way: str) -> Matrix:
    """Return the reference's theta at one epoch, reached as `way` says; what `reference` kept is not computed again."""
    return _reached(problem, recipe, way, epoch, zero=False)


def _reached(problem: Problem, recipe: Recipe, way: str, epoch: int, *, zero: bool) -> Matrix:
    """Return theta after so many epochs; what an earlier process reached is read (`shelf`)."""
    what = (digest(problem), recipe, way, epoch, zero)
    return shelf.kept(what, lambda: _walked(problem, recipe, way, epoch, zero=zero))


def _walked(problem: Problem, recipe: Recipe, way: str, epoch: int, *, zero: bool) -> Matrix:
    """Walk so many epochs; where NumPy takes the steps, from both starts at the price of one."""
    if way == "algebra" or compiles(System(problem, recipe), epoch):
        return _walk(problem, recipe, way, zero).at(epoch)
    both = _joint(problem, recipe).at(epoch)
    still = both[:, problem.outputs :]
    return still if zero else both[:, : problem.outputs] + still


@remembered(4)
def _joint(problem: Problem, recipe: Recipe) -> "_Kept":
    """Walk from the start with targets of zero, and from zero with the targets: columns side by side, of which R is the sum."""
    system = System(problem, recipe)
    start = np.hstack([beginning(system), beginning(system, zero=True)])
    return _Kept(Steps(system, start, compiled=False))


@remembered(4)
def _walk(problem: Problem, recipe: Recipe, way: str, zero: bool) -> "_Kept":
    system = System(problem, recipe)
    return _Kept((Algebra if way == "algebra" else Steps)(system, beginning(system, zero=zero)))


class _Kept:
    """What a walk has reached, by epoch."""

    def __init__(self, walk: Steps | Algebra) -> None:
        self._walk, self._reached = walk, dict[int, Matrix]()

    def at(self, epoch: int) -> Matrix:
        """Return theta after so many epochs."""
        if epoch not in self._reached:
            with np.errstate(over="ignore", invalid="ignore"):  # divergence is found in the outcome
                self._reached[epoch] = self._walk.at(epoch)
        return self._reached[epoch]


def by_steps(system: System, start: Matrix, epochs: Sequence[int]) -> Iterator[tuple[int, Matrix]]:
    """Take every step."""
    walk = Steps(system, start)
    return ((epoch, walk.at(epoch)) for epoch in epochs)


def by_algebra(system: System, start: Matrix, epochs: Sequence[int]) -> Iterator[tuple[int, Matrix]]:
    """Apply powers of the epoch's map; fixed order alone."""
    walk = Algebra(system, start)
    return ((epoch, walk.at(epoch)) for epoch in epochs)


def turns(recipe: Recipe, samples: int, first: int, until: int) -> Iterator[tuple[int, int, np.ndarray]]:
    """Split epochs into calls of a compiled loop: (first epoch, epochs, order), one call where the order stays."""
    if recipe.order(0, samples) is None:
        yield first, until - first, np.empty(0, np.int64)
        return
    for epoch in range(first, until):
        order = recipe.order(epoch, samples)
        assert order is not None  # noqa: S101  (a recipe that shuffles does so in every epoch)
        yield epoch, 1, order


def beginning(system: System, *, zero: bool = False) -> Matrix:
    """Lay out the initial weights as every backend begins with them, rounded to the recipe's dtype, or zeros."""
    import torch  # noqa: PLC0415  (the algebra above needs none)

    problem = system.problem
    if zero:
        return np.zeros((system.size, problem.outputs))
    dtype = getattr(torch, system.recipe.dtype or problem.dtype)
    weights, bias = initial(problem.features, problem.outputs, system.recipe.seed, dtype)
    return np.vstack([weights.double().numpy().T, bias.double().numpy()])


def compiled_loops() -> Any:
    """Import the compiled loop; numba must be installed.

    numba keeps it beside its source, as it does by itself, also where a study gives each backend empty caches: it would be
    compiled anew with each of them, for seconds that tell nothing.
    """
    import numba  # noqa: PLC0415  (optional, and slow to load)

    settings: Any = numba.config
    given, settings.CACHE_DIR = settings.CACHE_DIR, ""
    try:
        return import_module("lntx.training.linear.parity.loops")
    finally:
        settings.CACHE_DIR = given


def compiles(system: System, epochs: int) -> bool:
    """Return whether that many epochs are so many steps that the compiled loop pays, and is at hand."""
    problem = system.problem
    small = problem.X.size + problem.Y.size <= _CAST
    return small and _calls_s(system, epochs) > _PATIENCE_S and find_spec("numba") is not None


def _calls_s(system: System, epochs: int) -> float:
    """Guess what NumPy's calls alone take, which is what a compiled loop saves."""
    return seconds_of(epochs * len(system.batches), 0.0)


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
