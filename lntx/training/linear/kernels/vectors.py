"""Vectors of float64 in LLVM's own words, for what numba has none: how wide they are here, and what writes code with them."""

from collections.abc import Callable
from typing import Any

from llvmlite import binding, ir

_BYTES = {"avx512f": 64, "avx": 32}
_HOST = binding.get_host_cpu_features()

LANES = next((size for name, size in _BYTES.items() if _HOST.get(name)), 16) // 8
"""Numbers (float64) in a vector of this processor."""
ROWS = max(4, LANES)
"""Rows of a tile."""
WIDEST = 3 if LANES > 2 else 2  # noqa: PLR2004  (SSE2 and NEON)
"""Vectors in a row of a tile at most: with these its sums, and what they need, fill the registers."""

_NUMBER, _INDEX, _LANE = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
VECTOR = ir.VectorType(_NUMBER, LANES)
_FUSED = ("contract",)

Value = Any


class Emitter:
    """Writes LLVM's code for one intrinsic. Indices are into flat arrays, and none is checked."""

    def __init__(self, context: Any, builder: Any) -> None:
        """Write where the builder stands."""
        self.context, self.builder = context, builder

    zero = _NUMBER(0.0)

    def data(self, kind: Any, array: Value) -> Value:
        """Give the address of an array's numbers."""
        return self.context.make_array(kind)(self.context, self.builder, array).data

    def add(self, *indices: Value) -> Value:
        """Add indices, some of them plain numbers."""
        first, *others = (index if hasattr(index, "type") else _INDEX(index) for index in indices)
        for index in others:
            first = self.builder.add(first, index)
        return first

    def times(self, one: Value, other: Value) -> Value:
        """Multiply indices, the second maybe a plain number."""
        return self.builder.mul(one, other if hasattr(other, "type") else _INDEX(other))

    def _at(self, data: Value, index: Value) -> Value:
        return self.builder.bitcast(self.builder.gep(data, [index]), VECTOR.as_pointer())

    def load(self, data: Value, index: Value) -> Value:
        """Load a vector of float64."""
        return self.builder.load(self._at(data, index), align=8)

    def widened(self, data: Value, index: Value) -> Value:
        """Load LANES numbers of either dtype as a vector of float64."""
        address = self.builder.gep(data, [index])
        kind = _NUMBER if address.type == _NUMBER.as_pointer() else ir.FloatType()
        vector = ir.VectorType(kind, LANES)
        loaded = self.builder.load(self.builder.bitcast(address, vector.as_pointer()), align=4)
        return loaded if kind is _NUMBER else self.builder.fpext(loaded, VECTOR)

    def store(self, vector: Value, data: Value, index: Value) -> None:
        """Store a vector of float64."""
        self.builder.store(vector, self._at(data, index), align=8)

    def number(self, data: Value, index: Value) -> Value:
        """Load a number, as float64, into all lanes."""
        one = self.builder.load(self.builder.gep(data, [index]))
        return self.splat(one if one.type == _NUMBER else self.builder.fpext(one, _NUMBER))

    def splat(self, one: Value) -> Value:
        """Put a number into all lanes."""
        return self.spread(self.builder.insert_element(ir.Constant(VECTOR, ir.Undefined), one, _LANE(0)), 0)

    def spread(self, vector: Value, lane: int) -> Value:
        """Put the number of one lane into all."""
        mask = ir.Constant(ir.VectorType(_LANE, LANES), [lane] * LANES)
        return self.builder.shuffle_vector(vector, ir.Constant(VECTOR, ir.Undefined), mask)

    def fused(self, one: Value, other: Value, term: Value) -> Value:
        """Give one x other + term, rounded once where the processor can."""
        return self.builder.fadd(term, self.builder.fmul(one, other, flags=_FUSED), flags=_FUSED)

    def loop(
        self, count: Value, carried: list[Value], body: Callable[[Value, list[Value]], list[Value]]
    ) -> list[Value]:
        """Repeat a body that is given its number and vectors, and gives them changed; give what is left of them."""
        builder, before = self.builder, self.builder.block
        inside, after = builder.append_basic_block("inside"), builder.append_basic_block("after")
        builder.cbranch(builder.icmp_signed(">", count, _INDEX(0)), inside, after)
        builder.position_at_end(inside)
        number = builder.phi(_INDEX)
        kept = [builder.phi(value.type) for value in carried]
        changed = body(number, kept)
        following, last = self.add(number, 1), builder.block
        for phi, values in (
            (number, (_INDEX(0), following)),
            *zip(kept, zip(carried, changed, strict=True), strict=True),
        ):
            phi.add_incoming(values[0], before)
            phi.add_incoming(values[1], last)
        builder.cbranch(builder.icmp_signed("<", following, count), inside, after)
        builder.position_at_end(after)
        left = [builder.phi(value.type) for value in carried]
        for phi, first, end in zip(left, carried, changed, strict=True):
            phi.add_incoming(first, before)
            phi.add_incoming(end, last)
        return left
