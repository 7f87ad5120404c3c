"""The columns of pandas' tables: their numbers and their names."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lntx.errors import InputError
from lntx.training.scalars import WRONG_KINDS, shown

_WRONG_TYPES = {
    pd.CategoricalDtype: "holds categories; give numbers in their place, such as a column of 0 and 1 for each category",
    pd.PeriodDtype: WRONG_KINDS["M"],
    pd.IntervalDtype: "holds intervals; give numbers in their place, such as their middles",
}


def refusal(dtype: Any) -> str | None:
    """Say why a column of this dtype holds no numbers, and what to do; None where it may hold some."""
    by_type = next((words for kind, words in _WRONG_TYPES.items() if isinstance(dtype, kind)), None)
    reason = by_type or (WRONG_KINDS.get(dtype.kind) if dtype.kind in "mMc" else None)
    return reason and f"{reason} (dtype {dtype})"


def plain(name: str, table: Any) -> NDArray[Any] | None:
    """Return the values of a column, or of a frame whose columns are all of one NumPy float, without a copy; else None."""
    if not isinstance(table, pd.DataFrame):
        return _column(name, pd.Series(table))
    kinds = set(table.dtypes)
    alike = len(kinds) == 1 and kinds <= {np.dtype(np.float32), np.dtype(np.float64)}
    return table.to_numpy() if alike else None


def titled(name: str, table: "pd.DataFrame") -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield each column of a frame with what to call it in an error; InputError for gaps and for what is no number."""
    for i, label in enumerate(table.columns):
        title = f"{name}: column {shown(label)}"
        yield title, _column(title, table.iloc[:, i])


def names(table: Any) -> tuple[str, ...]:
    """List the names of a frame's columns, or of one column; empty for anything else, and where pandas numbered them."""
    if isinstance(table, pd.Series):
        return () if table.name is None else (str(table.name),)
    if not isinstance(table, pd.DataFrame) or isinstance(table.columns, pd.RangeIndex):
        return ()
    return tuple(str(label) for label in table.columns)


def _column(name: str, series: "pd.Series[Any]") -> NDArray[Any]:
    """See a column as an array of the NumPy dtype that holds its values; InputError for gaps and for what is no number."""
    dtype: Any = series.dtype
    if reason := refusal(dtype):
        raise InputError(f"{name} {reason}")
    if isinstance(dtype, np.dtype):
        return series.to_numpy()
    gaps = np.flatnonzero(series.isna().to_numpy())
    if gaps.size:
        raise InputError(f"{name} holds a gap at row {gaps[0]}; fill or drop such rows")
    if isinstance(dtype, pd.SparseDtype):
        return np.asarray(series)
    plain = np.dtype(f"{dtype.kind}{dtype.itemsize}") if dtype.kind in "iufb" else np.dtype(object)
    return series.to_numpy(dtype=plain)
