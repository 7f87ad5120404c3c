"""The whole training in one launch: one program for each output, its weights in registers from the first step to the last.

Outputs share X and the factor of the loss, and nothing else, so each is a training of its own. A program takes a batch tile
by tile, and asks for the next tile before it uses the present one: its reads, from the L1 or L2 cache for the small data
that this is for, pass while it computes.
"""

import triton
from triton import language as tl

from lntx.training.linear.kernels.gpu.update import moved, tile


@triton.jit(do_not_specialize=["samples", "rows", "laps", "fresh"])
def train(
    theta,
    velocity,
    X,
    Y,
    order,
    constants,
    samples,
    rows,
    laps,
    fresh,
    FEATURES: tl.constexpr,
    OUTPUTS: tl.constexpr,
    ROWS: tl.constexpr,
    COLS: tl.constexpr,
    WHOLE: tl.constexpr,
    MOMENTUM: tl.constexpr,
    NESTEROV: tl.constexpr,
):  # pragma: no cover
    """Take the steps of some epochs (laps). WHOLE: a batch is one tile. constants are those of `State`."""
    output = tl.program_id(0)
    cols = tl.arange(0, COLS)
    own = cols <= FEATURES
    w = tl.load(theta + output * (FEATURES + 1) + cols, mask=own, other=0.0)
    v = tl.load(velocity + output * (FEATURES + 1) + cols, mask=own, other=0.0)
    lr, momentum, decay = tl.load(constants), tl.load(constants + 1), tl.load(constants + 2)
    damped, whole, last = tl.load(constants + 3), tl.load(constants + 4), tl.load(constants + 5)
    share = tl.where(fresh != 0, 1.0, damped)
    at, stop, lap = samples * 0, rows + 0, samples.to(tl.int64) * 0
    x, numbers, there = tile(X, order, at, stop, lap, FEATURES, ROWS, COLS, "")
    y = tl.load(Y + numbers * OUTPUTS + output, mask=there, other=0.0)
    sums = tl.zeros([COLS], tl.float64)
    short = samples % rows
    tiles = (samples // rows) * tl.cdiv(rows, ROWS) + tl.cdiv(short, ROWS)
    for _ in range(tiles * laps):
        ends = at + ROWS >= stop
        factor = tl.where(stop == samples, last, whole)
        at = tl.where(ends, stop, at + ROWS)
        lap = tl.where(at >= samples, lap + samples, lap)
        at = tl.where(at >= samples, 0, at)
        stop = tl.where(ends, tl.minimum(at + rows, samples), stop)
        limit = tl.where(lap < samples.to(tl.int64) * laps, stop, 0)  # behind the last epoch is nothing to read
        x_next, numbers, there = tile(X, order, at, limit, lap, FEATURES, ROWS, COLS, "")
        y_next = tl.load(Y + numbers * OUTPUTS + output, mask=there, other=0.0)
        residual = tl.sum(x * w[None, :], 1) - y
        slope = tl.sum(residual[:, None] * x, 0)
        if WHOLE:
            w, v = moved(w, slope * factor, v, share, lr, momentum, decay, MOMENTUM, NESTEROV)
            share = damped
        else:
            sums += slope.to(tl.float64)
            if ends:
                w, v = moved(w, sums.to(w.dtype) * factor, v, share, lr, momentum, decay, MOMENTUM, NESTEROV)
                share = damped
                sums = tl.zeros([COLS], tl.float64)
        x, y = x_next, y_next
    tl.store(theta + output * (FEATURES + 1) + cols, w, mask=own)
    tl.store(velocity + output * (FEATURES + 1) + cols, v, mask=own)
