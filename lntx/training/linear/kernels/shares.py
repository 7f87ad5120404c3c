"""Steps of batch size 1, or a sample's share of a gradient, on LANES columns of a map: vector code as in `tiles.py`."""

from typing import Any

from numba import types
from numba.extending import intrinsic

from lntx.training.linear.kernels.vectors import LANES, Emitter


def _share(
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


share: Any = intrinsic(_share)


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
