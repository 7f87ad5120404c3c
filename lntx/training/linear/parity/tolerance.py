r"""How far two trainings may part by rounding alone: measured where that is quick (`spread`), else derived, as here.

One tolerance an output: outputs are least-squares problems that share X alone, so each has norms of its own. Where a
simulation of the recipe in its own dtype takes little time, or no more than the reference's own steps, its spread times
a fixed factor is the tolerance. A training is too long for that only where the order is fixed and the reference takes
the algebra, or where the data is too large to be copied; what follows is for those.

Let e_t be the difference from the exact recurrence, u the unit roundoff (2^-24 for float32, 2^-53 for float64) and S
the largest norm of an output's weights on the way. A step maps e to A_t e and adds its own rounding errors (Higham,
Accuracy and Stability of Numerical Algorithms, 2nd ed., chapter 17 for stationary iterations; rounding errors of one
operation are modelled as independent of mean zero where they are many, Higham and Mary, SIAM J. Sci. Comput. 41, 2019).
H is the Hessian over all samples, with eigenvalues l_j, weight decay included; H_b that of a batch; lr' = lr
(1 - dampening) / (1 - momentum) the learning rate that a gradient has in the long run. Sources, in units of S:

1.  **Storing the weights** errs by at most u |theta| a step, at random: u sqrt(T) after T steps, or, along the j-th
    eigenvector, u / sqrt(lr' l_j) where errors fade before; the largest over j, four standard deviations.
2.  **Lost updates**: near a solution an update falls below half a unit in the last place and is lost, each time in the
    same direction. Along the j-th eigenvector that goes on until the error itself makes updates that count, on the
    batches that see it best: lr' |H_b e| > u S, hence e <= u / (lr' h_j) with h_j = sqrt(mean_b |H_b v_j|^2), never
    more than T lost updates, T u, nor than the whole way to go, 2 T lr' l_j. The largest over j counts.
3.  **The gradient**: a residual is known to d = k u (|x| S + |y|), k = sqrt(features + 1) + sqrt(batch size) + 4 for
    the sums along and across samples, |y| that output's. Errors of the residual push along the j-th eigenvector by
    lr' sqrt(2 l_j / outputs) d a step, and settle, as a change of the targets would, at sqrt(2 / (outputs l_j)) d. The
    largest over j counts.
4.  **The recipe's numbers** are rounded: lr' to (2 + momentum / (1 - momentum)) u, which moves the weights by no more
    than that part of the way to go.

The momentum's 1 / (1 - momentum) stands in lr' alone. Errors may grow before they fade: within an epoch, where steps
are stable in turn alone (`System.stretch`), and from epoch to epoch, since the epoch's map isn't normal (`Growth`); the
sum is multiplied by both. The reference errs too, in float64, by the same formula.

**Algebra** errs besides, whatever the reference did. An entry of X'X, or of the map of an epoch, is a sum over the
samples, and a power multiplies such rows: by the model above each is known to u64 sqrt(samples x features) (u64 that of
float64, in which it is composed), four standard deviations of which count. Each of E epochs repeats the error, and
eigenvectors or a start laid out anew err once, by `features` units more: 4 (E + features) sqrt(samples x features) u64,
times lr' l_max(H_b) where that exceeds 1, times the growth. A Gram matrix or a map in float32 would err by a hundred
million times as much an epoch; that is no rounding of the recurrence, and is called an error.

Limits: source 3 takes residuals' errors of all samples as aligned, and source 2 every update
as lost in the same direction: a derived tolerance is some hundred times the honest error and more, where the measured one is some
twenty times.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.linalg import eigh
from numpy.typing import NDArray

from lntx.record import Work
from lntx.training.digest import remembered
from lntx.training.linear.affine import System
from lntx.training.linear.curvature import steepest_batch
from lntx.training.linear.growth import Growth
from lntx.training.linear.matrices import ROUNDOFF, Matrix
from lntx.training.linear.parity.spread import measurable, spread
from lntx.training.linear.problem import Problem
from lntx.training.linear.stability import affordable
from lntx.training.recipe import Recipe

_DEVIATIONS = 4.0
_EXPANDS = 2.0  # lr times an eigenvalue: beyond, a step on that batch alone makes errors grow
_SOLVED = 1200  # rows up to which the Hessian's eigenvectors are found
_LOOKED_AT = 64  # batches, evenly spread, from which h_j is taken

Outputs = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """What the derived tolerance needs to know of a problem under a recipe, at any number of steps."""

    system: System

    @cached_property
    def _pairs(self) -> tuple[Matrix, Matrix] | None:
        if self.system.size > _SOLVED:
            return None
        values, vectors = eigh(self.system.hessian())
        return np.maximum(values, 0) + self.system.recipe.weight_decay, vectors

    @cached_property
    def _felt(self) -> Matrix:
        """h_j for each eigenvector."""
        assert self._pairs is not None  # noqa: S101  (asked for only with eigenvectors at hand)
        values, vectors = self._pairs
        decay, batches = self.system.recipe.weight_decay, self.system.batches
        some = [batches[i] for i in np.unique(np.linspace(0, len(batches) - 1, _LOOKED_AT).astype(int))]
        if len(batches) == 1:
            return values
        squares = np.mean([self._seen(batch, vectors) for batch in some], axis=0)
        return np.asarray(np.sqrt(np.maximum(squares, (values - decay) ** 2)) + decay)

    def _seen(self, batch: slice, vectors: Matrix) -> Matrix:
        rows = batch.stop - batch.start
        pushed = self.system.factor(rows) * sum(x.T @ (x @ vectors) for x, _ in self.system.pieces(batch))
        return np.asarray(np.sum(np.square(pushed), axis=0))

    @cached_property
    def _rate(self) -> float:
        recipe = self.system.recipe
        return recipe.lr * (1 - recipe.dampening if recipe.momentum else 1) / (1 - recipe.momentum)

    @cached_property
    def _steepest(self) -> float:
        return steepest_batch(self.system)

    @cached_property
    def _lengths(self) -> tuple[float, Outputs]:
        """Root mean square of |x| (with its 1) and of y, over the samples, the latter by output."""
        samples, inputs, targets = self.system.problem.samples, 0.0, np.zeros(self.system.problem.outputs)
        for x, y in self.system.pieces(slice(0, samples)):
            inputs += float(np.sum(np.square(x)))
            targets += np.sum(np.square(y), axis=0)
        return float(np.sqrt(inputs / samples)), np.sqrt(targets / samples)

    @cached_property
    def _single(self) -> bool:
        """Whether an epoch is one step: its map falls apart into one for each eigenvector."""
        return len(self.system.batches) == 1

    @cached_property
    def _stretch(self) -> float:
        """Bound the growth of an error within an epoch; the momentum's own where that would take too long to know."""
        recipe = self.system.recipe
        if self._single or (not recipe.momentum and recipe.lr * self._steepest <= _EXPANDS):
            return 1.0
        if not affordable(self.system):
            return 1 / (1 - recipe.momentum)
        return self.system.stretch()

    @cached_property
    def _growth(self) -> Growth | None:
        """Follow errors from epoch to epoch; None where they never grow, or where that would take too long to know."""
        recipe, size = self.system.recipe, self.system.size
        if recipe.order(0, self.system.problem.samples) is not None:
            return None  # shuffled trainings are measured
        if self._single:
            return Growth(self._modes(), 1) if recipe.momentum and self._pairs is not None else None
        if (not recipe.momentum and recipe.lr * self._steepest <= _EXPANDS) or not affordable(self.system):
            return None
        height = size * (2 if recipe.momentum else 1)
        return Growth(self.system.epoch_map()[:height, :height], size)

    def _modes(self) -> Matrix:
        """Lay out a full-batch step along each eigenvector, a map of (weight, buffer)."""
        assert self._pairs is not None  # noqa: S101  (asked for only with eigenvectors at hand)
        recipe, values = self.system.recipe, self._pairs[0]
        share, momentum = 1 - recipe.dampening, recipe.momentum
        pull, carry = (1 + momentum, momentum**2) if recipe.nesterov else (share, momentum)
        steps = np.empty((len(values), 2, 2))
        steps[:, 0, 0], steps[:, 0, 1] = 1 - recipe.lr * pull * values, -recipe.lr * carry
        steps[:, 1, 0], steps[:, 1, 1] = share * values, momentum
        return steps

    def growth(self, epochs: int) -> float:
        """Bound the factor by which an error grows until it fades, within epochs and from one to the next."""
        return self._stretch * (self._growth.until(epochs) if self._growth else 1.0)

    def tolerances(self, unit: float, steps: int, sizes: Outputs) -> Outputs:
        """Bound each output's relative error after that many steps at unit roundoff `unit`, before any growth."""
        recipe = self.system.recipe
        constants = unit * (2 + recipe.momentum / (1 - recipe.momentum))
        return self._stored(unit, steps) + self._lost(unit, steps) + self._gradient(unit, steps, sizes) + constants

    def algebra(self, epochs: int) -> float:
        """Bound what composing an epoch in float64, and repeating that so often, adds to the relative error."""
        steepness = max(1.0, self._rate * self._steepest)
        entry = _DEVIATIONS * ROUNDOFF["float64"] * np.sqrt(self.system.problem.samples * self.system.size)
        return float((epochs + self.system.size) * entry * steepness * self.growth(epochs))

    def _stored(self, unit: float, steps: int) -> float:
        if self._pairs is None:
            return float(_DEVIATIONS * unit * np.sqrt(steps))
        fading = np.maximum(self._rate * self._pairs[0].min(), 1 / steps)
        return float(_DEVIATIONS * unit / np.sqrt(min(1.0, fading)))

    def _lost(self, unit: float, steps: int) -> float:
        if self._pairs is None or self._rate == 0:
            return unit * steps
        settled = unit / np.maximum(self._rate * self._felt, unit / steps)
        to_go = 2 * steps * self._rate * self._pairs[0]
        return float(np.max(np.minimum(unit * steps, np.minimum(settled, to_go))))

    def _gradient(self, unit: float, steps: int, sizes: Outputs) -> Outputs:
        x, y = self._lengths
        rows = self.system.recipe.rows(self.system.problem.samples)
        sums = np.sqrt(self.system.size) + np.sqrt(rows) + 4
        residual = np.sqrt(2 / self.system.problem.outputs) * sums * unit * (x + y / sizes)
        if self._pairs is None:
            return np.asarray(residual * np.sqrt(steps * self._rate))  # the worst eigenvalue there could be
        roots = np.sqrt(self._pairs[0])
        settled = 1 / np.maximum(roots, np.finfo(np.float64).tiny)
        return np.asarray(residual * np.max(np.minimum(steps * self._rate * roots, settled)))


@remembered(4)
def spectrum(problem: Problem, recipe: Recipe) -> Spectrum:
    """Look at a problem under a recipe, once for all its checkpoints."""
    return Spectrum(System(problem, recipe))


def tolerances(problem: Problem, recipe: Recipe, epochs: int, sizes: Outputs, way: str, work: Work) -> Outputs:
    """Bound the relative error of each output of a backend after that many epochs, the reference's own included.

    recipe has epochs=1, whatever epochs is. sizes (outputs) are the largest Euclidean norms of an output's weights and bias on
    the way, way is how the reference was reached, work the backend's class. Infinite where the dtype overflows.
    """
    sizes = np.maximum(sizes, np.finfo(np.float64).tiny)
    if measurable(problem, recipe, epochs, way):
        allowed = spread(problem, recipe).tolerances(epochs, way, sizes)  # the reference's own error is in it
        composed = work == "algebra"
    else:
        allowed = derived(problem, recipe, epochs, sizes)
        composed = "algebra" in (work, way)
    return allowed + (spectrum(problem, recipe).algebra(epochs) if composed else 0.0)


def derived(problem: Problem, recipe: Recipe, epochs: int, sizes: Outputs) -> Outputs:
    """Bound each output's relative error after that many epochs without a simulation; fixed order alone."""
    seen = spectrum(problem, recipe)
    steps = recipe.but(epochs=epochs).steps(problem.samples)
    unit = ROUNDOFF[recipe.dtype or problem.dtype] + ROUNDOFF["float64"]
    return np.asarray(seen.growth(epochs) * seen.tolerances(unit, steps, sizes))
