"""Asking for memory before it is needed: LLVM's prefetch, which numba has no name for.

A gradient goes over each sample twice, the second time in cache. In that time the memory would lie idle: the processor
sees no further sample coming. Asked for ahead, the next samples arrive meanwhile.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LINE = 64  # bytes that come at once

_READ, _KEEP, _DATA = 0, 3, 1  # LLVM's numbers for: to be read, into all caches, data rather than code


def _typed(_context: Any, array: Any, _index: Any) -> Any:
    """Generate the instruction; an index beyond the array's end asks for nothing that matters."""

    def generated(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, values[0]).data
        address = builder.bitcast(builder.gep(data, [values[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, number, number, number])
        function = builder.module.globals.get("llvm.prefetch.p0") or ir.Function(
            builder.module, kind, "llvm.prefetch.p0"
        )
        builder.call(function, [address, number(_READ), number(_KEEP), number(_DATA)])
        return context.get_dummy_value()

    return types.void(array, types.intp), generated


prefetch: Any = intrinsic(_typed)
"""`prefetch(array, index)` in a kernel asks for the line that holds a flat array's item."""
