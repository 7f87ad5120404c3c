"""The least-squares optimum in float64, and how far rounding may take a solver from it: what a `solution` is held against.

A solution never goes through the recurrence, so it agrees with it only where that has converged; it is right when it is
at the optimum, whatever lr, epochs, order and momentum say. The loss with weight decay is least where A theta = g, with
A = H + decay I, H = (2 / (samples x outputs)) X'X, g likewise of X'Y, and x carrying a 1 for the bias: `torch.optim.SGD`
decays the bias too.

The tolerance: a solver that forms A and g in a dtype of unit roundoff u knows them to k u |X|^2 and k u |X| |Y| times the
factor before them, in Frobenius norms, k = sqrt(features + 1) + sqrt(samples) + 4 as for the gradient (`tolerance`). A
perturbed system moves its solution by (dg + dA |theta|) / l_min(A) (Higham, Accuracy and Stability of Numerical
Algorithms, 2nd ed., theorem 7.2 to first order). One that factorises X itself errs less (chapter 20), never more.
"""

import numpy as np
from numpy.linalg import eigh

from lntx.errors import Refused
from lntx.training.linear.affine import System
from lntx.training.linear.matrices import ROUNDOFF, Matrix
from lntx.training.linear.parity.reference import Reference
from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

WAY = "optimum"


def optimum(problem: Problem, recipe: Recipe) -> tuple[Reference, Matrix]:
    """Solve for the weights of the least loss; give them, as the reference after all epochs, and each output's tolerance.

    Raises Refused where features repeat each other or outnumber the samples, so that the least loss has many weights.
    """
    system = System(problem, recipe)
    values, vectors = eigh(system.hessian())
    values += recipe.weight_decay
    if values[0] <= values[-1] * system.size * ROUNDOFF["float64"]:
        raise Refused(
            "a solution can't be proved here: features repeat each other or outnumber the samples, so that many weights "
            "have the least loss; drop features, or use weight decay"
        )
    slope, target_lengths = _slope(system)
    theta = vectors @ (vectors.T @ slope / values[:, None])
    length = np.sqrt(np.sum(values - recipe.weight_decay) / system.factor(problem.samples))
    sizes = np.linalg.norm(theta, axis=0)
    allowed = _tolerances(system, float(values[0]), float(length), target_lengths, sizes)
    return Reference(theta, {recipe.epochs: theta}, WAY), allowed


def _slope(system: System) -> tuple[Matrix, Matrix]:
    """Sum (2 / (samples x outputs)) X'Y, X with its ones; and the norm of each output's targets."""
    total, squares = np.zeros((system.size, system.problem.outputs)), np.zeros(system.problem.outputs)
    for x, y in system.pieces(slice(0, system.problem.samples)):
        total += x.T @ y
        squares += np.sum(np.square(y), axis=0)
    return system.factor(system.problem.samples) * total, np.sqrt(squares)


def _tolerances(system: System, least: float, length: float, targets: Matrix, sizes: Matrix) -> Matrix:
    """Bound the relative error of a solver in the recipe's dtype, this float64 one's own included, for each output.

    least is the smallest eigenvalue of A, length the Frobenius norm of X with its ones; targets and sizes are the norms of
    each output's targets and weights.
    """
    problem = system.problem
    relative = targets / np.maximum(sizes, np.finfo(np.float64).tiny)
    push = system.factor(problem.samples) * (length**2 + length * relative)
    sums = np.sqrt(system.size) + np.sqrt(problem.samples) + 4
    unit = ROUNDOFF[system.recipe.dtype or problem.dtype] + ROUNDOFF["float64"]
    return np.asarray(sums * unit * (push + system.recipe.weight_decay) / least)
