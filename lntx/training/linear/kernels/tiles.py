"""A tile of a matrix product, a sample's share of a map, and a row's cast: vector code that LLVM doesn't make of loops.

LLVM guesses how long a loop is, and keeps sums over an array in memory. Here a row of a matrix has a multiple of LANES
columns, and a tile keeps its sums in registers from the first number to the last, which is what a processor's vector units
need to be busy all the time. All matrices are float64 and given flat, with where a part begins and its strides.
"""

from typing import Any

from numba import types
from numba.extending import intrinsic

from lntx.training.linear.kernels.vectors import LANES, ROWS, Emitter


def _tile(wide: int) -> Any:
    """Make the intrinsic for tiles of ROWS rows and so many vectors."""

    @intrinsic
    def tile(
        _context: Any,
        sums: Any,
        at: Any,
        stride: Any,
        left: Any,
        a: Any,
        a_step: Any,
        a_row: Any,
        right: Any,
        b: Any,
        b_step: Any,
        b_plane: Any,
        count: Any,
    ) -> Any:
        """Add to each number (i, j) of a tile the sum of left(k, i) right(k, j) over k below count.

        left(k, i) stands at a + k a_step + i a_row, right(k, j) at b + k b_step + j, each vector of j b_plane further on.
        """
        def generated(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            write, kinds = Emitter(context, builder), signature.args
            total, x, y = (write.data(kinds[place], values[place]) for place in (0, 3, 7))
            at, stride, a, a_step, a_row, b, b_step, b_plane, count = (
                values[place] for place in (1, 2, 4, 5, 6, 8, 9, 10, 11)
            )
            places = [
                write.add(at, write.times(stride, row), vector * LANES) for row in range(ROWS) for vector in range(wide)
            ]

            def body(k: Any, kept: list[Any]) -> list[Any]:
                row = write.add(b, write.times(k, b_step))
                columns = [write.load(y, write.add(row, write.times(b_plane, vector))) for vector in range(wide)]
                first, changed = write.add(a, write.times(k, a_step)), []
                for i in range(ROWS):
                    factor = write.number(x, write.add(first, write.times(a_row, i)))
                    changed += [
                        write.fused(factor, column, kept[i * wide + j]) for j, column in enumerate(columns)
                    ]
                return changed

            for place, found in zip(places, write.loop(count, [write.load(total, place) for place in places], body), strict=True):
                write.store(found, total, place)
            return context.get_dummy_value()

        whole = types.int64
        return types.void(sums, whole, whole, left, whole, whole, whole, right, *[whole] * 4), generated

    return tile


tile_one, tile_two, tile_three = (_tile(wide) for wide in (1, 2, 3))
"""Tiles of one, two and three vectors."""


@intrinsic
def widen(_context: Any, target: Any, at: Any, source: Any, start: Any) -> Any:  # noqa: ARG001
    """Cast LANES numbers of source, float32 or float64, into target, which is float64."""

    def generated(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        write, kinds = Emitter(context, builder), signature.args
        into, numbers = write.data(kinds[0], values[0]), write.data(kinds[2], values[2])
        write.store(write.widened(numbers, values[3]), into, values[1])
        return context.get_dummy_value()

    return types.void(target, types.int64, source, types.int64), generated


@intrinsic
def share(
    _context: Any,
    into: Any,
    i: Any,  # noqa: ARG001
    into_stride: Any,  # noqa: ARG001
    keep: Any,  # noqa: ARG001
    theta: Any,
    t: Any,  # noqa: ARG001
    stride: Any,  # noqa: ARG001
    X: Any,
    x: Any,  # noqa: ARG001
    features: Any,  # noqa: ARG001
    targets: Any,
    factor: Any,  # noqa: ARG001
) -> Any:
    """Turn `into` to keep into + factor x r, with r = x theta - y, in LANES columns; x has a 1 at its end, for the bias.

    theta and `into`, which may be the same, have features + 1 rows and begin at t and at i; y is targets.
    """

    def generated(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        write, kinds = Emitter(context, builder), signature.args
        changed, state, sample, due = (write.data(kinds[place], values[place]) for place in (0, 4, 7, 10))
        i, into_stride, keep, t, stride, x, features, factor = (values[place] for place in (1, 2, 3, 5, 6, 8, 9, 11))
        kept, multiplier = write.splat(keep), write.splat(factor)
        bias = write.load(state, write.add(t, write.times(stride, features)))

        def predict(j: Any, carried: list[Any]) -> list[Any]:
            row = write.load(state, write.add(t, write.times(stride, j)))
            return [write.fused(write.number(sample, write.add(x, j)), row, carried[0])]

        start = builder.fsub(bias, write.load(due, write.add(0)))
        residual = builder.fmul(write.loop(features, [start], predict)[0], multiplier)

        def move(j: Any, _carried: list[Any]) -> list[Any]:
            place = write.add(i, write.times(into_stride, j))
            before = builder.fmul(kept, write.load(changed, place))
            write.store(write.fused(write.number(sample, write.add(x, j)), residual, before), changed, place)
            return []

        write.loop(features, [], move)
        place = write.add(i, write.times(into_stride, features))
        write.store(builder.fadd(builder.fmul(kept, write.load(changed, place)), residual), changed, place)
        return context.get_dummy_value()

    whole, real = types.int64, types.float64
    return types.void(into, whole, whole, real, theta, whole, whole, X, whole, whole, targets, real), generated
