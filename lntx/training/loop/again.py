"""Whether the first way is one training: the same when it is made again and started over, and no other in its own dtype.

What it keeps from one training to the next, and isn't started over, would pass for rounding, and hide wrong ways behind it.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from lntx.errors import InputError, Unprovable
from lntx.training.loop.tolerance import FLOOR, UNITS

if TYPE_CHECKING:
    from lntx.training.loop.prepared import LoopTraining, Tensors

_LOST = 2.0**-40  # of a number, that threads which add in another order may lose of float64 on the way

MEND = (
    "make it in start(), which may give further things with state_dict and load_state_dict, or in the step; draw random numbers "
    "from torch's, NumPy's or Python's own generators, which are seeded"
)
"""What to do about what is not started over."""


def out_of_step(steps: int) -> int:
    """Return how many steps, 1 at least, make a prime number together with so many that were taken.

    What acts at each k-th step, and counts on from training to training, is at another place of its k then: for any k that so
    many steps reach.
    """
    return next(more for more in count(1) if all((steps + more) % k for k in range(2, math.isqrt(steps + more) + 1)))


def steps_of(number: int) -> str:
    """Write a number of steps."""
    return f"{number} step{'s' * (number > 1)}"


def check_own(own: "LoopTraining", stops: Sequence[int]) -> None:
    """Raise InputError where the first way fails in its own dtype as well, so that float64 is not to blame."""
    taken = 0

    def each(step: int, _value: object) -> None:
        nonlocal taken
        taken = step

    try:
        own.trace(stops, each=each)
    except InputError as error:
        most = f"; it took {steps_of(taken)} before: --steps {taken} holds it that far" if taken else ""
        raise InputError(f"{error}{most}") from error


def check_again(again: "Mapping[int, Tensors]", found: "Mapping[int, Tensors]", dtype: str) -> None:
    """Raise Unprovable where the reference is another when it is trained again, by more than the order of sums may do."""
    unit = max(UNITS[dtype], _LOST)
    for steps, tensors in again.items():
        for name, tensor in tensors.items():
            one, other = _numbers(tensor), _numbers(found[steps][name])
            if not torch.equal(one, other) and float((one - other).norm()) > FLOOR * unit * float(other.norm()):
                raise Unprovable(
                    f"the first way gives another {name} within {steps_of(steps)} when it is trained again from the "
                    f"same start: something that it keeps, such as a count of its steps, or draws, is not started over; {MEND}"
                )


def _numbers(tensor: Tensor) -> Tensor:
    """Return any tensor as finite numbers of float64."""
    return (torch.view_as_real(tensor.resolve_conj()) if tensor.is_complex() else tensor).double().nan_to_num()
