"""A tile of a matrix product, a product of narrow ones, and a row's cast: vector code that LLVM doesn't make of loops.

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


def _narrow(_context: Any, product: Any, at: Any, left: Any, a: Any, right: Any, b: Any, count: Any) -> Any:  # noqa: ARG001
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


narrow: Any = intrinsic(_narrow)


def _widen(_context: Any, target: Any, at: Any, source: Any, start: Any) -> Any:  # noqa: ARG001
    """Cast LANES numbers of source, float32 or float64, into target, which is float64."""

    def generated(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        write, kinds = Emitter(context, builder), signature.args
        into, numbers = write.data(kinds[0], values[0]), write.data(kinds[2], values[2])
        write.store(write.widened(numbers, values[3]), into, values[1])
        return context.get_dummy_value()

    return types.void(target, types.int64, source, types.int64), generated


widen: Any = intrinsic(_widen)
