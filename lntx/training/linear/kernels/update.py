"""One step of SGD from a gradient, inlined into the kernels that make gradients."""

from typing import Any

from numba import njit

from lntx.training.linear.kernels.settings import OPTIONS, Constants


@njit(inline="always", **OPTIONS)  # type: ignore[untyped-decorator]
def moved(value: Any, gradient: Any, buffer: Any, fresh: bool, constants: Constants) -> Any:  # pragma: no cover
    """Return one weight and its buffer after a step; fresh for the first of all, whose gradient enters undamped."""
    gradient += constants.decay * value
    if constants.momentum != 0:
        share = gradient if fresh else constants.share * gradient
        buffer = constants.momentum * buffer + share
        gradient = gradient + constants.momentum * buffer if constants.nesterov else buffer
    return value - constants.lr * gradient, buffer
