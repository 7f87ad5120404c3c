"""What samples span: where they don't reach, an algebra must leave the weights alone, rounding or not.

There the Hessian has eigenvalues of zero and an epoch's map has ones, but for rounding, which a high power makes
anything of. In torch, for backends. The reference finds the same with code of its own (`affine.row_space`), on purpose: a fault
that both shared would prove itself.
"""

import math

import numpy as np
import torch
from torch import Tensor

from lntx.training.linear.problem import Problem
from lntx.training.recipe import Recipe

_NOISE = 4.0  # times size eps: three times the most that was seen in 400 matrices of low rank
_HARMLESS = 0.01  # of the dtype's own rounding


def amplified(problem: Problem, recipe: Recipe) -> float:
    """Guess the relative error that rounding in float64 makes of so many epochs at once, where it doesn't decay.

    An epoch's map is known to about the root of its steps and its size, in roundoffs, and momentum repeats an error.
    """
    steps = recipe.steps(problem.samples) / recipe.epochs
    known = math.sqrt(steps * (problem.features + 1)) * float(np.finfo(np.float64).eps)
    return recipe.epochs * known / (1 - recipe.momentum)


def matters(error: float, problem: Problem, recipe: Recipe) -> bool:
    """Return whether an error shows in the recipe's dtype."""
    return error > _HARMLESS * float(np.finfo(recipe.dtype or problem.dtype).eps)


def span(gram: Tensor, error: float) -> tuple[Tensor, Tensor] | None:
    """Find orthonormal bases (size x rank, size x nullity) of what samples span and of the rest; None where that is all.

    From X'X (size square) in float64, all columns of X scaled to length 1: beside a long column, a short one's eigenvalue is
    as small as rounding, and yet it is trained. None as well where the columns' lengths lie so far apart that the bases
    would err by more than the error without them.
    """
    lengths = gram.diagonal().sqrt()
    lengths, unit = torch.where(lengths > 0, lengths, 1.0), torch.finfo(gram.dtype).eps
    if unit * lengths.max() / lengths.min() > error:
        return None
    scaled = gram / lengths / lengths[:, None]
    noise = _NOISE * len(gram) * unit
    whole = torch.linalg.cholesky_ex(scaled - noise * torch.linalg.norm(scaled) * torch.eye(len(gram)).to(gram))
    if whole.info == 0:  # all eigenvalues are larger than that
        return None
    values, vectors = torch.linalg.eigh(scaled)
    real = values > noise * values[-1]
    rank = int(real.sum())
    if rank == len(gram) or unit * values[-1] > error * values[real].min():
        return None
    bases = torch.linalg.qr(vectors[:, real] * lengths[:, None], mode="complete").Q
    return bases[:, :rank], bases[:, rank:]
