"""One step on the whole GPU: X read once, by programs that stay and walk over the batch's tiles; then the update.

`gather` leaves each program's sums, `move` joins them and moves the weights. Two kernels, not one whose last program does
the rest: the border between them orders all memory, and in a CUDA graph costs a microsecond or two.

Which batch it is, and whether the step is the first, follows from a counter on the device. So all steps are the same
two launches, and any number of them can be captured in one graph. clock[0] is the step that `gather` takes, which it
copies to clock[1]; `move` reads that and sets clock[0] to the next: neither reads what it writes.
"""

import triton
from triton import language as tl

from lntx.training.linear.kernels.gpu.update import moved, tile


@triton.jit(do_not_specialize=["samples", "rows", "batches"])
def gather(
    partial,
    clock,
    theta,
    X,
    Y,
    order,
    samples,
    rows,
    batches,
    FEATURES: tl.constexpr,
    OUTPUTS: tl.constexpr,
    GROUP: tl.constexpr,
    ROWS: tl.constexpr,
    COLS: tl.constexpr,
    EVICT: tl.constexpr,
):  # pragma: no cover
    """Sum residual times input over the tiles that are this program's, for GROUP outputs: programs x outputs x COLS."""
    program, programs, first = tl.program_id(0), tl.num_programs(0), tl.program_id(1) * GROUP
    step = tl.load(clock)
    if (program == 0) & (first == 0):
        tl.store(clock + 1, step)
    start = (step % batches) * rows
    stop = tl.minimum(start + rows, samples.to(tl.int64))
    outs, cols = tl.arange(0, GROUP), tl.arange(0, COLS)
    sums = tl.zeros([GROUP, COLS], tl.float64)
    for at in range(start + program * ROWS, stop, (programs * ROWS).to(tl.int64)):
        x, numbers, there = tile(X, order, at, stop, 0, FEATURES, ROWS, COLS, EVICT)
        for k in tl.static_range(GROUP):  # the tile stays in registers for all of them
            known = first + k < OUTPUTS
            w = tl.load(theta + (first + k) * (FEATURES + 1) + cols, mask=(cols <= FEATURES) & known, other=0.0)
            y = tl.load(Y + numbers * OUTPUTS + first + k, mask=there & known, other=0.0)
            residual = tl.sum(x * w[None, :], 1) - y
            slope = tl.sum(residual[:, None] * x, 0).to(tl.float64)
            sums = tl.where(outs[:, None] == k, sums + slope[None, :], sums)
    own = (first + outs < OUTPUTS)[:, None]
    place = (program * OUTPUTS + first + outs[:, None]) * COLS + cols[None, :]
    tl.store(partial + place, sums, mask=own)


@triton.jit(do_not_specialize=["programs", "batches"])
def move(
    theta,
    velocity,
    clock,
    partial,
    constants,
    programs,
    batches,
    FEATURES: tl.constexpr,
    OUTPUTS: tl.constexpr,
    LINES: tl.constexpr,
    COLS: tl.constexpr,
    WIDTH: tl.constexpr,
    MOMENTUM: tl.constexpr,
    NESTEROV: tl.constexpr,
):  # pragma: no cover
    """Join the programs' sums, LINES at a time, and take the step, WIDTH columns of one output a program."""
    block, output = tl.program_id(0), tl.program_id(1)
    step = tl.load(clock + 1)
    if (block == 0) & (output == 0):
        tl.store(clock, step + 1)
    lines, cols = tl.arange(0, LINES), block * WIDTH + tl.arange(0, WIDTH)
    total = tl.zeros([WIDTH], tl.float64)
    for line in range(0, programs, LINES):
        which = line + lines
        place = (which[:, None] * OUTPUTS + output) * COLS + cols[None, :]
        total += tl.sum(tl.load(partial + place, mask=(which < programs)[:, None], other=0.0), 0)
    own = cols <= FEATURES
    place = output * (FEATURES + 1) + cols
    w = tl.load(theta + place, mask=own, other=0.0)
    v = tl.load(velocity + place, mask=own, other=0.0)
    lr, momentum, decay = tl.load(constants), tl.load(constants + 1), tl.load(constants + 2)
    damped, whole, last = tl.load(constants + 3), tl.load(constants + 4), tl.load(constants + 5)
    factor = tl.where(step % batches == batches - 1, last, whole)
    share = tl.where(step == 0, 1.0, damped)
    w, v = moved(w, total.to(w.dtype) * factor, v, share, lr, momentum, decay, MOMENTUM, NESTEROV)
    tl.store(theta + place, w, mask=own)
    tl.store(velocity + place, v, mask=own)
