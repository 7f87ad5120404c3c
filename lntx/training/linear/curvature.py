"""How steep a loss is, and how steep a recipe's step may find it: eigenvalues of Hessians against the constants of SGD.

Where they come from stands in `stability`, which holds the one against the other.
"""

import numpy as np
from numpy.linalg import eigvalsh

from lntx.errors import InputError
from lntx.training.linear.affine import System
from lntx.training.recipe import Recipe

DENSE = 1024  # features or samples up to which a Gram matrix is formed and solved whole


def inert(recipe: Recipe) -> bool:
    """Return whether no gradient but the first enters the momentum buffer."""
    return bool(recipe.momentum and recipe.dampening == 1)


def of_one(recipe: Recipe) -> float:
    """Return what lr times an eigenvalue must stay below while the Hessian stays the same."""
    if not recipe.momentum:
        return 2.0
    if recipe.nesterov:
        return 2 * (1 + recipe.momentum) / (1 + 2 * recipe.momentum)
    return np.inf if inert(recipe) else 2 * (1 + recipe.momentum) / (1 - recipe.dampening)


def in_any_order(recipe: Recipe) -> float:
    """Return what lr times any batch's eigenvalues may reach while they vary at will: the circle criterion."""
    momentum = recipe.momentum
    if not momentum:
        return 2.0
    if recipe.nesterov:
        return 2 * (1 - momentum) ** 2 / (1 - momentum + 2 * momentum**2)
    return np.inf if inert(recipe) else 2 * (1 - momentum) ** 2 / ((1 + momentum) * (1 - recipe.dampening))


def longest_step(system: System) -> float:
    """Bound the largest eigenvalue of any batch's Hessian from above, by the longest sample: one pass over X.

    Raises InputError where the squares of X overflow.
    """
    with np.errstate(over="ignore"):
        parts = system.pieces(slice(0, system.problem.samples))
        longest = max(float(np.max(np.einsum("ij,ij->i", x, x))) for x, _ in parts)  # with its 1 for the bias
        bound = system.factor(1) * system.problem.samples * longest + system.recipe.weight_decay
    if not np.isfinite(bound):
        raise InputError("X holds numbers so large that their squares overflow; standardise it or change its units")
    return system.factor(1) * longest + system.recipe.weight_decay


def whole(system: System) -> float:
    """Find the largest eigenvalue of the whole data's Hessian, weight decay included."""
    return _steepness(system, slice(0, system.problem.samples))


def steepest_batch(system: System) -> float:
    """Find the largest eigenvalue of any batch's Hessian; for shuffled batches a bound.

    That is by the longest sample, or by all samples, no fewer of which than the batch's can push in a direction.
    """
    if system.recipe.rows(system.problem.samples) == 1:
        return longest_step(system)
    if not system.recipe.shuffle:
        return max(_steepness(system, batch) for batch in system.batches)
    decay = system.recipe.weight_decay
    least = min(batch.stop - batch.start for batch in system.batches)
    of_all = (whole(system) - decay) * system.problem.samples / least + decay
    return float(min(longest_step(system), of_all))


def _steepness(system: System, batch: slice) -> float:
    """Find the largest eigenvalue of one batch's Hessian, weight decay included.

    From the smaller of its two Gram matrices; where both are large, by Lanczos iteration, which forms neither.
    """
    rows = batch.stop - batch.start
    if min(rows, system.size) > DENSE:
        largest = _by_lanczos(system, batch)
    elif rows < system.size:
        x = np.vstack([x for x, _ in system.pieces(batch)])
        largest = eigvalsh(x @ x.T)[-1]
    else:
        largest = eigvalsh(system.gram(batch))[-1]
    return float(system.factor(rows) * largest) + system.recipe.weight_decay


def _by_lanczos(system: System, batch: slice) -> float:
    from scipy.sparse.linalg import LinearOperator, eigsh  # noqa: PLC0415  (slow to import, rarely needed)

    def gram(v: np.ndarray) -> np.ndarray:
        return np.asarray(sum(x.T @ (x @ v) for x, _ in system.pieces(batch)))

    operator = LinearOperator((system.size,) * 2, matvec=gram, dtype=np.float64)
    start = np.ones(system.size)  # not at random: the same data gives the same rate
    largest = eigsh(operator, k=1, which="LA", return_eigenvectors=False, v0=start, tol=1e-6)
    return float(largest[0])
