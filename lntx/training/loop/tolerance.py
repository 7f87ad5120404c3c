"""How far a number may be from the reference, and which numbers move so far that they prove something.

`lntx.training.loop.spread` has the ground of the factor.
"""

from torch import Tensor

FACTOR = 6.0
"""Spreads that a way may be away from the reference."""

FLOOR = 4.0
"""Units of roundoff, times a tensor's size, that it may be away besides."""

MOVES = 10
"""Tolerances that a proved tensor, or number, moves at least."""

UNITS = {"float32": 2.0**-24, "float64": 2.0**-53, "bfloat16": 2.0**-24}
"""Units of roundoff of what a dtype's parameters are stored in."""


def sure(each: Tensor, moves: Tensor, sizes: Tensor, unit: float) -> Tensor:
    """Tell the numbers whose move is far beyond rounding; `each` is what that does to them, one by one."""
    return moves.abs() >= MOVES * (FACTOR * each + FLOOR * unit * sizes)


def bound(each: Tensor, sizes: Tensor, part: Tensor, unit: float) -> float:
    """Return the tolerance of a part of a tensor's numbers, together."""
    return FACTOR * norm(each[part]) + FLOOR * unit * norm(sizes[part])


def norm(tensor: Tensor) -> float:
    """Return the Euclidean norm of any numbers, in float64."""
    return float(tensor.double().norm())
