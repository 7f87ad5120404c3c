"""Arrays as people give them, turned into float32 or float64 in the machine's own byte order; or refused in one line.

float32 and float64 stay where they lie. Whatever float32 holds exactly (bool, float16, whole numbers of at most 24
binary digits) becomes float32; other whole numbers become float64, and those that float64 can't hold either, such as
two times in nanoseconds that it could not tell apart, are refused. longdouble, Decimal and Fraction are rounded to float64.
"""

import sys
from collections.abc import Iterator
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from lntx.errors import InputError
from lntx.training.scalars import WRONG_KINDS, shown

Array = NDArray[np.floating[Any]]

_WRONG_TYPES = {
    "CategoricalDtype": "holds categories; give numbers in their place, such as a column of 0 and 1 for each category",
    "PeriodDtype": WRONG_KINDS["M"],
    "IntervalDtype": "holds intervals; give numbers in their place, such as their middles",
}
_BLOCK = 2**14  # numbers that are looked at together: a large X, which may not even be in memory, is never copied whole
_DIGITS32, _DIGITS64 = 24, 53  # binary digits that float32 and float64 hold


def numbers(name: str, values: Any) -> Array:
    """Take numbers from anything that NumPy, torch or pandas calls an array; InputError, naming it, for all else."""
    array = _array(name, values)
    if array.dtype.kind == "V" and array.dtype.names is None and np.can_cast(array.dtype, np.float32):
        array = array.astype(np.float32)  # bfloat16 and its like, from a package that teaches them to NumPy
    if reason := WRONG_KINDS.get(array.dtype.kind):
        raise InputError(f"{name} {reason} (dtype {array.dtype})")
    if array.dtype.kind == "O":
        return _objects(name, array)
    if array.dtype.kind in "iu":
        return np.asarray(array).astype(_holding(name, array))
    kind = np.dtype(np.float32 if array.dtype.itemsize <= np.dtype(np.float32).itemsize else np.float64)
    if array.dtype != kind or not array.dtype.isnative:
        with np.errstate(over="ignore"):  # a longdouble beyond float64 becomes infinite, which a problem refuses
            return np.asarray(array).astype(kind)
    return cast("Array", _laid_out(array))


def blocks(array: NDArray[Any]) -> Iterator[slice]:
    """Cut an array's rows into blocks of a bounded size."""
    rows = max(1, _BLOCK // max(1, array[:1].size))
    return (slice(start, start + rows) for start in range(0, len(array), rows))


def place(index: Any) -> str:
    """Return where in an array something is, counted from 0."""
    words = ("row", "column") if len(index) <= 2 else ("index",) * len(index)  # noqa: PLR2004  (rows and columns)
    return ", ".join(f"{word} {int(number)}" for word, number in zip(words, index, strict=False))


def _array(name: str, values: Any) -> NDArray[Any]:
    """See anything as an array of some dtype; InputError for what is none, or has values missing."""
    if isinstance(values, (list, tuple)) and any(isinstance(part, np.ma.MaskedArray) for part in values):
        values = np.ma.array(values)  # NumPy's own array would forget the masks
    try:
        if (pandas := sys.modules.get("pandas")) and isinstance(values, _containers(pandas)):
            values = _of_table(name, values, pandas)
        if (torch := sys.modules.get("torch")) and isinstance(values, torch.Tensor):
            values = _of_tensor(name, values)
        array = values if type(values) is np.memmap else np.asarray(values)
    except InputError:
        raise
    except Exception as error:  # whatever a stranger's array raises when it is asked for its numbers
        raise InputError(f"{name} is not an array of numbers: {_first_words(error)}") from error
    if masked := int(np.ma.getmaskarray(values).sum()) if isinstance(values, np.ma.MaskedArray) else 0:
        raise InputError(f"{name} has {masked} masked value{'s' * (masked > 1)}; fill them, or drop their rows")
    if array.ndim == 0 and array.dtype.kind == "O":
        way = "its toarray()" if hasattr(values, "toarray") else "a NumPy array, a tensor or a list"
        raise InputError(f"{name} is {shown(values)}, not an array of numbers; give {way}")
    return array


def names_of(table: Any) -> tuple[str, ...]:
    """List the names of a frame's columns, or of one column; empty for anything else, and where pandas numbered them."""
    if (pandas := sys.modules.get("pandas")) is None:
        return ()
    if isinstance(table, pandas.Series):
        return () if table.name is None else (str(table.name),)
    if not isinstance(table, pandas.DataFrame) or isinstance(table.columns, pandas.RangeIndex):
        return ()
    return tuple(str(label) for label in table.columns)


def refusal(dtype: Any) -> str | None:
    """Return why a pandas column of this dtype holds no numbers, and what to do; None where it may hold some."""
    by_type = next((words for kind, words in _WRONG_TYPES.items() if type(dtype).__name__ == kind), None)
    reason = by_type or (WRONG_KINDS.get(dtype.kind) if dtype.kind in "mMc" else None)
    return reason and f"{reason} (dtype {dtype})"


def _of_table(name: str, table: Any, pandas: Any) -> NDArray[Any]:
    """Take the values of a frame (rows x columns) or of one column; without a copy where all are of one NumPy float."""
    if not isinstance(table, pandas.DataFrame):
        return _of_column(name, pandas.Series(table), pandas)
    kinds = set(table.dtypes)
    if len(kinds) == 1 and kinds <= {np.dtype(np.float32), np.dtype(np.float64)}:
        return cast("NDArray[Any]", table.to_numpy())
    titles = [f"{name}: column {shown(label)}" for label in table.columns]
    columns = [numbers(title, _of_column(title, table.iloc[:, i], pandas)) for i, title in enumerate(titles)]
    return np.stack(columns, axis=1) if columns else np.empty(table.shape)


def _of_column(name: str, series: Any, pandas: Any) -> NDArray[Any]:
    """See a column as an array of the NumPy dtype that holds its values; InputError for gaps and for what is no number."""
    dtype: Any = series.dtype
    if reason := refusal(dtype):
        raise InputError(f"{name} {reason}")
    if isinstance(dtype, np.dtype):
        return cast("NDArray[Any]", series.to_numpy())
    gaps = np.flatnonzero(series.isna().to_numpy())
    if gaps.size:
        raise InputError(f"{name} holds a gap at row {gaps[0]}; fill or drop such rows")
    if isinstance(dtype, pandas.SparseDtype):
        return np.asarray(series)
    plain = np.dtype(f"{dtype.kind}{dtype.itemsize}") if dtype.kind in "iufb" else np.dtype(object)
    return cast("NDArray[Any]", series.to_numpy(dtype=plain))


def _containers(pandas: Any) -> tuple[type, ...]:
    """List what pandas keeps numbers in; while it is itself being imported, nothing."""
    kinds = ("DataFrame", "Series", "Index")
    arrays = getattr(getattr(pandas, "api", None), "extensions", None)
    found = [getattr(pandas, kind, None) for kind in kinds] + [getattr(arrays, "ExtensionArray", None)]
    return tuple(kind for kind in found if kind is not None)


def _of_tensor(name: str, tensor: Any) -> NDArray[Any]:
    """Fetch a tensor's numbers, without a copy where it lies on the CPU in a dtype that NumPy has."""
    wrong = {
        "is_meta": "is a tensor on the meta device, which has no values",
        "is_nested": "is a nested tensor, whose rows differ in length; pad it",
        "is_quantized": "is a quantised tensor; give its dequantize()",
    }
    if reason := next((words for test, words in wrong.items() if getattr(tensor, test)), None):
        raise InputError(f"{name} {reason}")
    if str(tensor.layout) != "torch.strided":
        raise InputError(f"{name} is a sparse tensor ({tensor.layout}); give its to_dense()")
    plain = tensor.detach().cpu().resolve_conj().resolve_neg()
    if plain.is_floating_point() and plain.dtype.itemsize < 4:  # noqa: PLR2004  (bytes; bfloat16 is unknown to NumPy)
        plain = plain.float()
    return cast("NDArray[Any]", plain.numpy())


def _laid_out(array: NDArray[Any]) -> NDArray[Any]:
    """Copy an array that torch and numba can't share: backwards, misaligned, or a field of a record."""
    plain = all(stride >= 0 and stride % array.itemsize == 0 for stride in array.strides)
    return array if plain and array.flags.aligned else np.array(array, order="C")


def excess(column: NDArray[Any]) -> int | None:
    """Return the first row of a column of whole numbers that float64 can't hold exactly; None where it holds them all."""
    for block in blocks(column):
        beyond = np.flatnonzero(_digits(column[block]) > _DIGITS64)
        if beyond.size:
            return int(beyond[0] + block.start)
    return None


def _holding(name: str, array: NDArray[Any]) -> type[np.floating[Any]]:
    """Choose the dtype that holds whole numbers exactly."""
    most = 0
    for block in blocks(np.atleast_1d(array)):
        part = np.atleast_1d(array)[block]
        digits = _digits(part)
        most = max(most, int(digits.max(initial=0)))
        if most > _DIGITS64:
            row, *rest = np.argwhere(digits > _DIGITS64)[0]
            raise InputError(_too_long(name, part[(row, *rest)], (row + block.start, *rest)))
    return np.float32 if most <= _DIGITS32 else np.float64


def _digits(array: NDArray[Any]) -> NDArray[Any]:
    """Bound the binary digits of whole numbers, from the first 1 to the last: by what float32 or float64 hold, or by 64."""
    size = array.astype(np.uint64) if array.dtype.kind == "u" else np.abs(array.astype(np.int64)).astype(np.uint64)
    odd = size // np.maximum(size & (~size + np.uint64(1)), np.uint64(1))
    low, high = np.uint64(1) << np.uint64(_DIGITS32), np.uint64(1) << np.uint64(_DIGITS64)
    return np.where(odd < low, _DIGITS32, np.where(odd < high, _DIGITS64, 64))


def _objects(name: str, array: NDArray[Any]) -> Array:
    """Take Python's own numbers, one by one."""
    whole, most, floats = True, 0, np.empty(array.shape, np.float64)
    for index, value in np.ndenumerate(array):
        if not isinstance(value, (Real, Decimal, np.bool_)) or isinstance(value, np.timedelta64):
            raise InputError(f"{name} holds {shown(value)} at {place(index)}, which is not a number")
        try:
            floats[index] = float(value)
        except (OverflowError, ValueError):
            raise InputError(f"{name} holds {shown(value)} at {place(index)}, which float64 can't hold") from None
        if isinstance(value, (Integral, np.bool_)):
            size = abs(int(value))
            digits = size.bit_length() - (size & -size).bit_length() + 1
            if digits > _DIGITS64:
                raise InputError(_too_long(name, value, index))
            most = max(most, digits)
        else:
            whole = False
    exact = whole and most <= _DIGITS32 and bool(np.all(np.abs(floats) < 2.0**127))
    return floats.astype(np.float32) if exact else floats


def _too_long(name: str, value: Any, index: Any) -> str:
    return (
        f"{name} holds {shown(int(value))} at {place(index)}, which has more digits than float64 can hold; subtract an offset "
        "from it, or turn it into float64 yourself"
    )


def _first_words(error: Exception, most: int = 200) -> str:
    return " ".join(f"{error}".split())[:most] or type(error).__name__
