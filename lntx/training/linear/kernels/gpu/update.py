"""What both kernels do with a tile and with a gradient: read one, and move the weights by the other."""

import triton
from triton import language as tl


@triton.jit
def tile(
    X, order, at, stop, lap, FEATURES: tl.constexpr, ROWS: tl.constexpr, COLS: tl.constexpr, EVICT: tl.constexpr
):  # pragma: no cover
    """Read the samples from `at` on: their tile (ROWS x COLS) with its column of ones, their numbers, and which there are.

    order has the samples' numbers, those of lap 0 first, or is None. Rows from `stop` on and padded columns are 0.
    """
    rows = at + tl.arange(0, ROWS)
    cols = tl.arange(0, COLS)
    there = rows < stop
    numbers = rows.to(tl.int64)
    if order is not None:
        numbers = tl.load(order + lap + numbers, mask=there, other=0)
    x = tl.load(
        X + numbers[:, None] * FEATURES + cols[None, :],
        mask=there[:, None] & (cols < FEATURES)[None, :],
        other=0.0,
        eviction_policy=EVICT,
    )
    ones = there[:, None] & (cols == FEATURES)[None, :]
    return tl.where(ones, 1.0, x), numbers, there


@triton.jit
def moved(
    value, gradient, buffer, share, lr, momentum, decay, MOMENTUM: tl.constexpr, NESTEROV: tl.constexpr
):  # pragma: no cover
    """Give weights and their buffers after a step; share is what of the gradient enters the buffer, 1 in the first step."""
    gradient += decay * value
    if MOMENTUM:
        buffer = momentum * buffer + share * gradient
        if NESTEROV:
            gradient += momentum * buffer
        else:
            gradient = buffer
    return value - lr * gradient, buffer
