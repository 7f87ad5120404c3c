"""A tile of a matrix product, a sample's share of a map, and a row's cast: vector code that LLVM doesn't make of loops.

LLVM guesses how long a loop is, and keeps sums over an array in memory. Here a row of a matrix has a multiple of LANES
columns, and a tile keeps its sums in registers from the first number to the last, which is what a processor's vector units
need to be busy all the time. All matrices are float64, of any shape, with where in their memory a part begins, and its
strides: a slice or a reshaped array would count its references by atomic operations, which take longer than a small product.
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
        at: Any,  # noqa: ARG001
        stride: Any,  # noqa: ARG001
        added: Any,  # noqa: ARG001
        left: Any,
        a: Any,  # noqa: ARG001
        a_step: Any,  # noqa: ARG001
        a_row: Any,  # noqa: ARG001
        right: Any,
        b: Any,  # noqa: ARG001
        b_step: Any,  # noqa: ARG001
        b_plane: Any,  # noqa: ARG001
        count: Any,  # noqa: ARG001
    ) -> Any:
        """Sum left(k, i) right(k, j) over k below count for each number (i, j) of a tile; added to what stands there, or not.

        left(k, i) stands at a + k a_step + i a_row, right(k, j) at b + k b_step + j, each vector of j b_plane further on.
        """

        def generated(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            write, kinds = Emitter(context, builder), signature.args
            total, x, y = (write.data(kinds[place], values[place]) for place in (0, 4, 8))
            at, stride, added, a, a_step, a_row, b, b_step, b_plane, count = (
                values[place] for place in (1, 2, 3, 5, 6, 7, 9, 10, 11, 12)
            )
            zero = write.splat(write.zero)
            places = [
                write.add(at, write.times(stride, row), vector * LANES) for row in range(ROWS) for vector in range(wide)
            ]

            def body(k: Any, kept: list[Any]) -> list[Any]:
                row = write.add(b, write.times(k, b_step))
                columns = [write.load(y, write.add(row, write.times(b_plane, vector))) for vector in range(wide)]
                first, changed = write.add(a, write.times(k, a_step)), []
                for i in range(ROWS):
                    factor = write.number(x, write.add(first, write.times(a_row, i)))
                    changed += [write.fused(factor, column, kept[i * wide + j]) for j, column in enumerate(columns)]
                return changed

            start = [builder.select(added, write.load(total, place), zero) for place in places]
            for place, found in zip(places, write.loop(count, start, body), strict=True):
                write.store(found, total, place)
            return context.get_dummy_value()

        whole = types.int64
        return types.void(sums, whole, whole, types.boolean, left, whole, whole, whole, right, *[whole] * 4), generated

    return tile


tile_one, tile_two, tile_three = (_tile(wide) for wide in (1, 2, 3))
"""Tiles of one, two and three vectors."""


@intrinsic
def narrow(_context: Any, product: Any, at: Any, left: Any, a: Any, right: Any, b: Any, count: Any) -> Any:  # noqa: ARG001
    """Multiply so many rows of LANES numbers, from a on, with a matrix of LANES rows and columns, from b on.

    The one on the right is held in registers, and numbers are spread from there: loaded one by one from where whole rows were
    stored just before, they would keep each product waiting for the one before to reach the cache.
    """

    def generated(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        write, kinds = Emitter(context, builder), signature.args
        target, one, other = (write.data(kinds[place], values[place]) for place in (0, 2, 4))
        at, a, b, count = (values[place] for place in (1, 3, 5, 6))
        rows = [write.load(other, write.add(b, row * LANES)) for row in range(LANES)]

        def body(i: Any, _carried: list[Any]) -> list[Any]:
            numbers = write.load(one, write.add(a, write.times(i, LANES)))
            halves = [write.splat(write.zero)] * 2
            for k, row in enumerate(rows):
                halves[k % 2] = write.fused(write.spread(numbers, k), row, halves[k % 2])
            write.store(builder.fadd(*halves), target, write.add(at, write.times(i, LANES)))
            return []

        write.loop(count, [], body)
        return context.get_dummy_value()

    whole = types.int64
    return types.void(product, whole, left, whole, right, whole, whole), generated


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
    Y: Any,
    y: Any,  # noqa: ARG001
    outputs: Any,  # noqa: ARG001
    units: Any,
    u: Any,  # noqa: ARG001
    factor: Any,  # noqa: ARG001
) -> Any:
    """Turn `into` to keep into + factor x r, with r = x theta - y, in LANES columns; x has a 1 at its end, for the bias.

    theta and `into`, which may be the same, have features + 1 rows and begin at t and at i. y are so many outputs, the first
    of them in the lane where the vector at u of `units` has its 1, the others in those behind it.
    """

    def generated(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        write, kinds = Emitter(context, builder), signature.args
        changed, state, sample, due, lanes = (write.data(kinds[place], values[place]) for place in (0, 4, 7, 10, 13))
        i, into_stride, keep, t, stride, x, features = (values[place] for place in (1, 2, 3, 5, 6, 8, 9))
        y, outputs, u, factor = (values[place] for place in (11, 12, 14, 15))
        kept, multiplier = write.splat(keep), write.splat(factor)

        def drive(k: Any, carried: list[Any]) -> list[Any]:
            unit = write.load(lanes, write.add(u, write.times(k, LANES)))
            return [builder.fsub(carried[0], builder.fmul(write.number(due, write.add(y, k)), unit))]

        def predict(j: Any, carried: list[Any]) -> list[Any]:
            row = write.load(state, write.add(t, write.times(stride, j)))
            return [write.fused(write.number(sample, write.add(x, j)), row, carried[0])]

        bias = write.load(state, write.add(t, write.times(stride, features)))
        driven = write.loop(outputs, [bias], drive)
        residual = builder.fmul(write.loop(features, driven, predict)[0], multiplier)

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
    given = (into, whole, whole, real, theta, whole, whole, X, whole, whole, Y, whole, whole, units, whole, real)
    return types.void(*given), generated


def _resident(features: int, chains: int) -> Any:
    """Make the intrinsic for so many features, whose maps stay in registers, and so many maps that take turns."""

    @intrinsic
    def resident(
        _context: Any,
        maps: Any,
        at: Any,  # noqa: ARG001
        size: Any,  # noqa: ARG001
        stride: Any,  # noqa: ARG001
        X: Any,
        x: Any,  # noqa: ARG001
        Y: Any,
        y: Any,  # noqa: ARG001
        outputs: Any,  # noqa: ARG001
        due: Any,  # noqa: ARG001
        units: Any,
        u: Any,  # noqa: ARG001
        keep: Any,  # noqa: ARG001
        factor: Any,  # noqa: ARG001
        count: Any,  # noqa: ARG001
    ) -> Any:
        """Take the steps of `count` samples on LANES columns of each map: theta becomes keep theta + factor x (x theta - y).

        Maps lie `size` apart and have rows of that stride; each has samples of its own, those of the next one behind them.
        Of the outputs, `due` are in these lanes, as `share` has it.
        """

        def generated(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            write, kinds = Emitter(context, builder), signature.args
            state, sample, target, lanes = (write.data(kinds[place], values[place]) for place in (0, 4, 6, 10))
            at, size, stride, x, y, outputs, due, u = (values[place] for place in (1, 2, 3, 5, 7, 8, 9, 11))
            keep, factor, count = write.splat(values[12]), write.splat(values[13]), values[14]
            rows = range(features + 1)
            places = [
                write.add(at, write.times(size, chain), write.times(stride, row))
                for chain in range(chains)
                for row in rows
            ]
            zero = write.splat(write.zero)

            def step(theta: list[Any], i: Any) -> list[Any]:
                first = write.add(y, write.times(outputs, i))
                numbers = [
                    write.number(sample, write.add(x, write.times(i, features), feature)) for feature in range(features)
                ]

                def drive(k: Any, carried: list[Any]) -> list[Any]:
                    unit = write.load(lanes, write.add(u, write.times(k, LANES)))
                    return [write.fused(write.number(target, write.add(first, k)), unit, carried[0])]

                residual = builder.fsub(theta[-1], write.loop(due, [zero], drive)[0])
                others = zero
                for number, row in zip(numbers[::2], theta[:-1:2], strict=True):
                    residual = write.fused(number, row, residual)
                for number, row in zip(numbers[1::2], theta[1:-1:2], strict=True):
                    others = write.fused(number, row, others)
                residual = builder.fadd(residual, others)
                pushes = [builder.fmul(factor, number) for number in numbers]
                return [
                    write.fused(push, residual, builder.fmul(keep, row))
                    for push, row in zip([*pushes, factor], theta, strict=True)
                ]

            def body(turn: Any, carried: list[Any]) -> list[Any]:
                return [
                    row
                    for chain in range(chains)
                    for row in step(
                        carried[chain * len(rows) : (chain + 1) * len(rows)], write.add(turn, write.times(count, chain))
                    )
                ]

            moved = write.loop(count, [write.load(state, place) for place in places], body)
            for place, row in zip(places, moved, strict=True):
                write.store(row, state, place)
            return context.get_dummy_value()

        whole, real = types.int64, types.float64
        given = (maps, whole, whole, whole, X, whole, Y, whole, whole, whole, units, whole, real, real, whole)
        return types.void(*given), generated

    return resident


CHAINS = 4 if LANES == 8 else 2  # noqa: PLR2004  (with AVX-512 there are twice the registers)
"""Maps that take turns in registers."""
resident_one, resident_two, resident_three = (_resident(features, CHAINS) for features in (1, 2, 3))
"""Those for one, two and three features."""
