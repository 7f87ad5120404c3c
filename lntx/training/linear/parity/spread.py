"""How far rounding takes honest trainings apart, measured: the recurrence simulated in the recipe's own dtype.

A bound that holds for every data is far from what rounding does to one: it adds up what in fact cancels. So the training
is done in its own dtype as a few **replicates**, side by side as columns of theta, and their distance from the float64
reference, output by output, is what honest rounding explains here (discrete stochastic arithmetic: Vignes, Mathematics
and Computers in Simulation 35, 1993; Monte Carlo arithmetic: Parker, UCLA CSD-970002, 1997). It sees what a derivation
has to bound: stability, conditioning, transient growth of non-normal maps, momentum, the order drawn, updates that are
lost, and the reference's own error. All replicates but the first are made to round otherwise:

- **The scale**: targets and start times 2^(-r/8). SGD on this model is linear in both, so that the outcome is divided by
  it again; but every number has another mantissa. Without that, weights that fade slowly round the same way in every
  replicate, step for step, and all err alike where another backend errs eight times as much.
- **lr** by a unit in the last place (ulp) up or down or not at all: it may be rounded together with the factor of the
  mean. **Weight decay**, without momentum, by up to u / (2 lr), u the unit roundoff: some keep 1 - lr decay as one
  number, rounded.
- **The weights before each step**, of half the replicates, one in eight by an ulp: a deviation of 0.7 u, beside the 0.4 u
  of a result's own rounding. The other half is left alone, for rounding that is the same in each step (updates that are
  lost, a converged state) must not be averaged out.
- **Sums across 1024 samples and more**, which are summed block by block here: one after the other they lose u / sqrt(3)
  of each partial sum, at random (Higham and Mary, SIAM J. Sci. Comput. 41, 2019), the same for a batch whenever it comes.

The tolerance is `FACTOR` times the largest distance, plus `FLOOR` units of roundoff of the output's size: results are
stored in the dtype, and on data of whole numbers a simulation may be exact where a backend that scales first is not.
The statistical ground of the factor: where one direction dominates, the errors of the R = 8 replicates and of the
backend are each |z|, z normal of mean 0 and one deviation. Its density is at most 2 / sqrt(2 pi), so that all R stay
below m with probability (m sqrt(2 / pi))^R at most, and P(|z| > F max) <= (2 / pi)^(R/2) E|z|^R / F^R = 17 / F^8:
1 in 98,000 for F = 6. Where more directions share an error it varies less.

Limits: rounding that no replicate knows, such as sums or products in a smaller dtype, is called an error, and rightly. An
algebra backend's own error isn't simulated (`tolerance` adds it). Where numbers of the dtype overflow the distance is
infinite.
"""

from functools import cached_property
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from lntx.training import shelf
from lntx.training.digest import digest, remembered
from lntx.training.linear.affine import System
from lntx.training.linear.matrices import ROUNDOFF, Matrix, laid_out, norms, seconds_of
from lntx.training.linear.parity.reference import beginning, compiled_loops, outcome, turns
from lntx.training.linear.problem import Array, Problem
from lntx.training.recipe import Recipe

FACTOR = 6.0
"""Largest distances of a replicate that a steps backend may err by."""

FLOOR = 4.0
"""Units of roundoff, times the output's size, that it may err by besides."""

_STILL, _NUDGED = 4, 4  # replicates whose weights are left alone between steps, and those whose weights aren't
_COUNT = _STILL + _NUDGED
_STORED, _ANY = 1 / 8, 2 / 3  # shares of weights, and of learning rates, that are moved by a unit in the last place
_LONG, _BLOCK = 1024, 2048  # samples of a step from which on it is summed block by block, and at most of a block
_POOL = 2**15  # random numbers that are read from another place at each step
_STRIDE = 7919  # numbers between two such places; a prime, so that rows don't align
_PATIENCE_S = 0.5  # seconds, by a rough guess, that a simulation may take where the reference took no steps
_SLOW_S = 1.0  # seconds that NumPy may take; beyond, the compiled loop pays
_LARGEST = 2**24  # numbers of targets, and of X where it must be cast, that a simulation may copy


class Replicates:
    """A recipe's recurrence in its own dtype, several times side by side, each rounded a little otherwise."""

    def __init__(self, system: System) -> None:
        """Draw the perturbations, the same each time, and stand at the start."""
        self._system, self._recipe, self._samples = system, system.recipe, system.problem.samples
        self._outputs = system.problem.outputs
        self._dtype = np.dtype(system.recipe.dtype or system.problem.dtype)
        self.unit = float(np.finfo(self._dtype).eps) / 2
        self._random = np.random.default_rng(0)
        self._nudged, self._drawn = _NUDGED * self._outputs, (_COUNT - 1) * self._outputs
        columns, size = _COUNT * self._outputs, system.size * _COUNT * self._outputs
        self._rates = np.full(columns, self._recipe.lr).astype(self._dtype)
        self._rates[-self._drawn :] *= self._ulps(self._drawn, _ANY)
        self._decays = self._kept(np.full(columns, self._recipe.weight_decay))
        self._scales = np.repeat(2.0 ** (-np.arange(_COUNT) / _COUNT), self._outputs)
        self._start = (np.tile(beginning(system), _COUNT) * self._scales).astype(self._dtype)
        self._nudges = self._ulps(_POOL + size, _STORED)
        self._noise = self._random.standard_normal(_POOL + size).astype(self._dtype)
        self._X, targets = system.problem.cast(self._recipe.dtype)
        self._Y = (np.tile(targets, _COUNT) * self._scales).astype(self._dtype)
        self._ones = np.ones((1, max(_LONG, _BLOCK)), self._dtype)
        self._begin()

    def _ulps(self, count: int, share: float) -> Array:
        """Draw factors of 1, a share of them a unit in the last place above or below."""
        signs = self._random.choice((-1, 0, 1), count, p=(share / 2, 1 - share, share / 2))
        return np.asarray((1 + 2 * self.unit * signs).astype(self._dtype))

    def _kept(self, decays: Array) -> Array:
        """Vary weight decay as far as rounding 1 - lr decay to one number would."""
        if self._recipe.weight_decay and not self._recipe.momentum:
            decays[-self._drawn :] += self._random.uniform(-1, 1, self._drawn) * self.unit / (2 * self._recipe.lr)
        return decays.astype(self._dtype)

    def _begin(self) -> None:
        self._theta, self._buffer, self._done, self._steps = self._start.copy(), np.zeros_like(self._start), 0, 0

    def at(self, epoch: int) -> Matrix:
        """Return theta after so many epochs, features + 1 x (replicates x outputs), in the recipe's own scale.

        It goes on from where it stands, and begins anew for an epoch that lies before.
        """
        if epoch < self._done:
            self._begin()
        if epoch > self._done:
            with np.errstate(all="ignore"):  # what overflows is found in the outcome
                (self._sweep_compiled if _compiles(self._system, epoch - self._done) else self._sweep)(epoch)
            self._done = epoch
        return np.asarray(self._theta / self._scales)

    def _sweep(self, until: int) -> None:
        for epoch in range(self._done, until):
            order = self._recipe.order(epoch, self._samples)
            X, Y = (self._X, self._Y) if order is None else (self._X[order], self._Y[order])
            for batch in self._system.batches:
                self._step(X[batch], Y[batch])

    def _step(self, x: Array, y: Array) -> None:
        kind, recipe, theta = self._dtype.type, self._recipe, self._theta
        nudged = theta[:, -self._nudged :]
        nudged *= _from(self._nudges, self._steps, nudged.shape)
        gradient = self._gradient(x, y)
        gradient *= kind(self._system.factor(len(x)))
        if recipe.weight_decay:
            gradient += self._decays * theta
        if recipe.momentum:
            self._buffer *= kind(recipe.momentum)
            self._buffer += kind(1 - recipe.dampening) * gradient if self._steps else gradient
            gradient = gradient + kind(recipe.momentum) * self._buffer if recipe.nesterov else self._buffer
        theta -= self._rates * gradient
        self._steps += 1

    def _gradient(self, x: Array, y: Array) -> Array:
        """Sum x' (x theta - y), x with its ones."""
        if len(x) < _LONG:
            return self._block(x, y)
        total, squares = np.zeros_like(self._theta), np.zeros(self._theta.shape)
        rows = min(_BLOCK, len(x) // 4)
        for start in range(0, len(x), rows):
            total += self._block(x[start : start + rows], y[start : start + rows])
            squares += np.square(total, dtype=np.float64)  # in float32 they could overflow
        place = self._steps if self._recipe.shuffle else self._steps % len(self._system.batches)
        lost = _from(self._noise, place, total.shape) * (self.unit * np.sqrt(rows / 3 * squares))
        total[:, -self._drawn :] += lost[:, -self._drawn :]
        return total

    def _block(self, x: Array, y: Array) -> Array:
        residual = x @ self._theta[:-1]
        residual += self._theta[-1]
        residual -= y
        gradient = np.empty_like(self._theta)
        np.matmul(x.T, residual, out=gradient[:-1])
        np.matmul(self._ones[:, : len(x)], residual, out=gradient[-1:])  # quicker than a sum across rows
        return gradient

    def _sweep_compiled(self, until: int) -> None:
        loops = compiled_loops()
        recipe, steps = self._recipe, len(self._system.batches)
        shares = np.array([recipe.momentum, 1 - recipe.dampening], self._dtype)
        constants = loops.Constants(self._rates, self._decays, shares, recipe.nesterov)
        X, rows = laid_out(self._X), recipe.rows(self._samples)
        for first, epochs, order in turns(recipe, self._samples, self._done, until):
            loops.sweep(
                self._theta, self._buffer, X, self._Y, order, rows, self._outputs, epochs, first * steps,
                constants, self._nudges[: _POOL + self._theta.size], self._nudged,
            )  # fmt: skip
        self._steps = until * steps


class Spread:
    """The largest distance of any replicate from the reference, by output, at the epochs asked for."""

    def __init__(self, problem: Problem, recipe: Recipe) -> None:
        """Take a problem and a recipe of any number of epochs."""
        self._problem, self._recipe = problem, recipe
        self._known = dict[tuple[int, str], NDArray[np.float64]]()

    @cached_property
    def _replicates(self) -> Replicates:
        return Replicates(System(self._problem, self._recipe))

    def at(self, epoch: int, way: str) -> NDArray[np.float64]:
        """Return one distance an output, Euclidean over its weights and bias, from the reference reached that way."""
        if (epoch, way) not in self._known:
            what = (digest(self._problem), self._recipe, way, epoch, "spread")
            self._known[epoch, way] = shelf.kept(what, lambda: self._apart(epoch, way))
        return self._known[epoch, way]

    def _apart(self, epoch: int, way: str) -> NDArray[np.float64]:
        wanted = outcome(self._problem, self._recipe, epoch, way)
        far = norms(self._replicates.at(epoch) - np.tile(wanted, _COUNT)).reshape(_COUNT, -1).max(axis=0)
        return np.asarray(np.where(np.isnan(far), np.inf, far))

    def tolerances(self, epoch: int, way: str, sizes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bound the error of a steps backend relative to the sizes (outputs)."""
        return np.asarray(
            FACTOR * self.at(epoch, way) / sizes + FLOOR * ROUNDOFF[self._recipe.dtype or self._problem.dtype]
        )


@remembered(4)
def spread(problem: Problem, recipe: Recipe) -> Spread:
    """Simulate a problem under a recipe, once for all its checkpoints."""
    return Spread(problem, recipe)


def measurable(problem: Problem, recipe: Recipe, epochs: int, way: str) -> bool:
    """Return whether the simulation takes little time, or no more than the reference's own steps did."""
    system = System(problem, recipe)
    copied = problem.samples * problem.outputs * _COUNT
    if (recipe.dtype or problem.dtype) != problem.dtype or problem.mapped:
        copied += problem.X.size
    if copied > _LARGEST:
        return False
    return way == "steps" or min(_numpy_s(system, epochs), _compiled_s(system, epochs)) < _PATIENCE_S


def _from(numbers: Array, place: int, shape: tuple[int, ...]) -> Array:
    """Read as many random numbers as an array of that shape holds, from another place each time."""
    at = place * _STRIDE % _POOL
    return numbers[at : at + shape[0] * shape[1]].reshape(shape)


def _compiles(system: System, epochs: int) -> bool:
    slow = _numpy_s(system, epochs)
    return slow > _SLOW_S and _compiled_s(system, epochs) < slow


def _numpy_s(system: System, epochs: int) -> float:
    return seconds_of(epochs * len(system.batches), epochs * _flops(system) / 8)  # float32, in matrix products


def _compiled_s(system: System, epochs: int) -> float:
    return epochs * (_flops(system) / 2e9 + len(system.batches) * 1e-7) if find_spec("numba") else np.inf


def _flops(system: System) -> float:
    return 4.0 * system.problem.samples * system.size * _COUNT * system.problem.outputs
