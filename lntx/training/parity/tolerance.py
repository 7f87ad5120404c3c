r"""How far two trainings may part by rounding alone: the tolerance, derived from dtype, steps, conditioning and step.

Let e_t be the difference from the exact recurrence, u the unit roundoff (2^-24 for float32, 2^-53 for float64) and S
the largest norm of the weights on the way. A step maps e to A_t e and adds its own rounding errors (Higham, Accuracy
and Stability of Numerical Algorithms, 2nd ed., chapter 17 for stationary iterations; rounding errors of one operation
are modelled as independent of mean zero where they are many, Higham and Mary, SIAM J. Sci. Comput. 41, 2019). H is the
Hessian over all samples, with eigenvalues l_j; H_b that of a batch; lr' = lr (1 - dampening) / (1 - momentum) the
learning rate that a gradient has in the long run. Three sources, in units of S:

1.  **Storing the weights** errs by at most u |theta| a step, at random. A step that is stable on
    its own batch doesn't stretch it, so T steps leave about u sqrt(T); four standard deviations are 4 u sqrt(T).
2.  **Lost updates**: near a solution an update falls below half a unit in the last place and is lost, each time in the
    same direction. Along the j-th eigenvector that goes on until the error itself makes updates that count, on the
    batches that see it best: lr' |H_b e| > u S, hence e <= u / (lr' h_j) with h_j = sqrt(mean_b |H_b v_j|^2), never
    more than T lost updates, T u, nor than the whole way to go, 2 T lr' l_j. The largest over j counts.
3.  **The gradient**: a residual is known to d = k u (|x| S + |y|), k = sqrt(features + 1) + sqrt(batch size) + 4 for
    the sums along and across samples. Errors of the residual push along the j-th eigenvector by lr' sqrt(2 l_j /
    outputs) d a step, and settle, as a change of the targets would, at sqrt(2 / (outputs l_j)) d. The largest over j
    counts.

Where steps are stable in turn alone, not each on its batch (lr l_max(H_b) > 2), the largest growth g within an epoch is
computed (`System.stretch`), and momentum stretches errors for about 1 / (1 - momentum) steps; the sum is multiplied by
both. Shuffled, such steps may let errors grow from epoch to epoch; the factor is computed on the orders drawn
(`Growth`). The reference errs too, in float64, by the same formula; by algebra each of E epochs' maps brings sqrt(steps
x features) u64 besides.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.linalg import eigh

from lntx.training.affine import Growth, Matrix, System
from lntx.training.problem import Problem
from lntx.training.recipe import Recipe
from lntx.training.stability import affordable, steepest_batch

ROUNDOFF = {"float32": 2.0**-24, "float64": 2.0**-53}
"""Unit roundoff u: half the distance from 1 to the next number."""

_DEVIATIONS = 4.0
_EXPANDS = 2.0  # lr times an eigenvalue: beyond, a step on that batch alone makes errors grow
_SOLVED = 1200  # rows up to which the Hessian's eigenvectors are found
_LOOKED_AT = 64  # batches, evenly spread, from which h_j is taken


@dataclass(frozen=True, eq=False)
class Spectrum:
    """What the tolerance needs to know of a problem under a recipe, at any number of steps."""

    system: System

    @cached_property
    def _pairs(self) -> tuple[Matrix, Matrix] | None:
        if self.system.size > _SOLVED:
            return None
        values, vectors = eigh(self.system.hessian())
        return np.maximum(values, 0), vectors

    @cached_property
    def _felt(self) -> Matrix:
        """h_j, with weight decay, for each eigenvector."""
        assert self._pairs is not None  # noqa: S101  (asked for only with eigenvectors at hand)
        values, vectors = self._pairs
        batches = self.system.batches
        some = [batches[i] for i in np.unique(np.linspace(0, len(batches) - 1, _LOOKED_AT).astype(int))]
        squares = np.mean([self._seen(batch, vectors) for batch in some], axis=0) if len(batches) > 1 else values**2
        return np.sqrt(np.maximum(squares, values**2)) + self.system.recipe.weight_decay

    def _seen(self, batch: slice, vectors: Matrix) -> Matrix:
        rows = batch.stop - batch.start
        pushed = self.system.factor(rows) * sum(x.T @ (x @ vectors) for x, _ in self.system.pieces(batch))
        return np.asarray(np.sum(np.square(pushed), axis=0))

    @cached_property
    def _rate(self) -> float:
        recipe = self.system.recipe
        return recipe.lr * (1 - recipe.dampening if recipe.momentum else 1) / (1 - recipe.momentum)

    @cached_property
    def _stretch(self) -> float:
        recipe = self.system.recipe
        grown = 1.0
        if not recipe.momentum and recipe.lr * steepest_batch(self.system) > _EXPANDS and affordable(self.system):
            grown = max(grown, self.system.stretch())
        return grown / (1 - recipe.momentum)

    @cached_property
    def _lengths(self) -> tuple[float, float]:
        """Root mean square of |x| (with its 1) and of |y|, over the samples."""
        samples = self.system.problem.samples
        squares = [(np.sum(np.square(x)), np.sum(np.square(y))) for x, y in self.system.pieces(slice(0, samples))]
        x, y = np.sqrt(np.sum(squares, axis=0) / samples)
        return float(x), float(y)

    @cached_property
    def _growth(self) -> Growth | None:
        """Find out whether errors can grow from epoch to epoch.

        They can't where each step alone is stable, nor in fixed order: one that makes errors grow has a spectral radius
        above 1, and is refused.
        """
        recipe = self.system.recipe
        if recipe.order(0, self.system.problem.samples) is None:
            return None
        steepness = self._rate * steepest_batch(self.system)
        return Growth(self.system) if steepness > (1.0 if recipe.momentum else _EXPANDS) else None

    def growth(self, epochs: int) -> float:
        """Bound the factor by which an error grows between two epochs up to this one."""
        return self._growth.until(epochs) if self._growth else 1.0

    def tolerance(self, unit: float, steps: int, size: float) -> float:
        """Bound the relative error after that many steps at unit roundoff `unit`, weights of norm `size` on the way."""
        stored = _DEVIATIONS * unit * np.sqrt(steps)
        return float(self._stretch * (stored + self._lost(unit, steps) + self._gradient(unit, steps, size)))

    def _lost(self, unit: float, steps: int) -> float:
        if self._pairs is None or self._rate == 0:
            return unit * steps
        values = self._pairs[0] + self.system.recipe.weight_decay
        settled = unit / np.maximum(self._rate * self._felt, unit / steps)
        return float(
            np.max(np.minimum.reduce([np.full_like(values, unit * steps), settled, 2 * steps * self._rate * values]))
        )

    def _gradient(self, unit: float, steps: int, size: float) -> float:
        x, y = self._lengths
        rows = self.system.recipe.rows(self.system.problem.samples)
        sums = np.sqrt(self.system.size) + np.sqrt(rows) + 4
        residual = sums * unit * (x + y / size)
        outputs = self.system.problem.outputs
        pushed = np.sqrt(2 / outputs) * residual * np.sqrt(steps * self._rate)  # the worst eigenvalue there could be
        if self._pairs is None:
            return float(pushed)
        roots = np.sqrt(self._pairs[0] + self.system.recipe.weight_decay)
        settled = 1 / np.maximum(roots, 1e-300)
        return float(np.sqrt(2 / outputs) * residual * np.max(np.minimum(steps * self._rate * roots, settled)))


@lru_cache(maxsize=4)
def spectrum(problem: Problem, recipe: Recipe) -> Spectrum:
    """Look at a problem under a recipe, once for all its checkpoints."""
    return Spectrum(System(problem, recipe))


def tolerance(problem: Problem, recipe: Recipe, epochs: int, size: float, way: str) -> float:
    """Bound the relative error of a backend after that many epochs, the reference's own included.

    size is the largest Frobenius norm of weights and bias on the way, way how the reference was reached.
    """
    seen = spectrum(problem, recipe)
    steps = recipe.but(epochs=epochs).steps(problem.samples)
    unit = ROUNDOFF[recipe.dtype or problem.dtype]
    own = seen.tolerance(unit, steps, size)
    double = seen.tolerance(ROUNDOFF["float64"], steps, size)
    grown = seen.growth(epochs)
    composed = ROUNDOFF["float64"] * epochs * np.sqrt(steps / epochs * seen.system.size) if way == "algebra" else 0.0
    return grown * (own + double + float(composed))
