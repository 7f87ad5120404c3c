"""Problems from files: a table with its target column, as CSV, Parquet or NPZ, or arrays, as NPY."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lntx.errors import InputError
from lntx.training import scalars
from lntx.training.linear.data.conversion import Array, numbers, refusal
from lntx.training.linear.data.files import headless, mapped, read
from lntx.training.linear.data.scaling import Scaling, moments, unresolved, unsuited
from lntx.training.linear.problem import Problem
from lntx.training.recipe import DType, precision

if TYPE_CHECKING:
    import pandas as pd


def from_table(
    file: str | Path,
    target: str | Sequence[str],
    *,
    standardize: bool = False,
    dtype: DType = "float32",
) -> Problem:
    """Read a problem from a table: target names its column (or columns), all others are features.

    The file's ending says what it is: .csv (a header, then numbers), .parquet, or .npz (one array per column; arrays of
    two dimensions become columns NAME[0], NAME[1], ...). standardize trains on (value - mean) / deviation of each
    column, computed in float64, which lets one learning rate suit them all; `train` gives the weights back in the
    table's own units.

    Raises InputError, naming row and column where it can, for a table that is empty, lacks the target, or holds text,
    dates or gaps; for a column that dtype can't hold; and where it would have to be standardised, for one that never
    changes but for rounding.
    """
    path, dtype = scalars.path("file", file), precision(dtype)
    standardize = scalars.flag("standardize", standardize)
    targets = _targets(target)
    frame = read(path)
    if missing := [name for name in targets if name not in frame.columns]:
        hint = "; its first row is numbers, where a header of names is due" if headless(path) else ""
        raise InputError(f"{path} has no column {missing[0]!r}; it has {_listed(frame.columns)}{hint}")
    names = [name for name in frame.columns if name not in targets]
    if not names:
        raise InputError(f"{path} has no column besides the target; a problem needs a feature")
    frame = _finite(frame, path)
    inputs, outputs = frame[names].to_numpy(np.float64), frame[targets].to_numpy(np.float64)
    scaling = _scaling(inputs, outputs, [*names, *targets], path) if standardize else None
    if scaling:
        inputs = (inputs - scaling.x_mean) / scaling.x_scale
        outputs = (outputs - scaling.y_mean) / scaling.y_scale
    return Problem(
        _cast(inputs, names, dtype, path),
        _cast(outputs, targets, dtype, path),
        name=path.stem,
        features_named=names,
        outputs_named=targets,
        scaling=scaling,
    )


def from_npy(inputs: str | Path, targets: str | Path) -> Problem:
    """Take a problem from two .npy files: X (samples x features) and Y (samples x outputs, or samples alone).

    The files are mapped, not read: they may be larger than the memory. float32 and float64 are taken as they lie;
    anything else is converted, in memory. Raises InputError for a file that isn't there, is damaged or holds no numbers,
    and as `Problem` does.
    """
    file = scalars.path("inputs", inputs)
    return Problem(mapped(file), mapped(scalars.path("targets", targets)), name=file.stem)


def inputs_from_table(file: str | Path, features: int, named: Sequence[str] = (), *, dtype: DType = "float32") -> Array:
    """Read the rows to predict for: an array of samples x features.

    named are the columns that the model was trained on: they are found by name, in any order, and other columns are
    passed over. Without names the columns are the features in turn: then a CSV may do without a header (its first row is
    a sample where it is numbers), and a .npy file will do. Raises InputError as `from_table` does, and where a column is
    missing, or the file has another number of columns than the model features.
    """
    path = scalars.path("file", file)
    frame = read(path, named=bool(named))
    if missing := [name for name in named if name not in frame.columns]:
        hint = "; its first row is numbers, where a header of names is due" if headless(path) else ""
        raise InputError(
            f"{path} has no column {missing[0]!r}, which the model needs; it has {_listed(frame.columns)}{hint}"
        )
    chosen = frame[list(named)] if named else frame
    if chosen.shape[1] != features:
        raise InputError(f"{path} has {chosen.shape[1]} columns and the model takes {features} features")
    chosen = _finite(chosen, path)
    return _cast(chosen.to_numpy(np.float64), list(chosen.columns), dtype, path)


def _targets(target: Any) -> list[str]:
    """List the target columns' names; InputError for none, for one that is no name, and for one given twice."""
    given = [target] if isinstance(target, (str, bytes, int)) or not isinstance(target, Iterable) else list(target)
    wrong = [name for name in given if isinstance(name, bool) or not isinstance(name, (str, int))]
    if wrong or not given:
        raise InputError(f"target must be a column's name, or a list of names, not {scalars.shown(target)}")
    names = [str(name) for name in given]  # pandas numbers columns that have no names
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"target names {twice[0]!r} twice; name each column once")
    return names


def _cast(values: Array, names: Sequence[str], dtype: DType, path: Path) -> Array:
    """Copy to a dtype; InputError naming the column that it can't hold."""
    with np.errstate(over="ignore"):
        cast = np.array(values, dtype, order="C")
    for column, name in enumerate(names):
        if reason := unresolved(values[:, column], dtype):
            raise InputError(f"{path}: column {name!r} {reason}")
    return cast


def _finite(frame: "pd.DataFrame", path: Path) -> "pd.DataFrame":
    """Check that every value is a finite number; name the first that isn't, by row (the first is 1) and column."""
    import pandas as pd  # noqa: PLC0415  (only tables need it)

    return pd.DataFrame({name: _column(frame[name], f"{path}: column {name!r}", path) for name in frame.columns})


def _column(series: "pd.Series[Any]", title: str, path: Path) -> Array:
    """Take one column in float64."""
    import pandas as pd  # noqa: PLC0415

    if reason := refusal(series.dtype):
        raise InputError(f"{title} {reason}")
    parsed = pd.to_numeric(series, errors="coerce")
    bad = np.flatnonzero(~np.isfinite(parsed.to_numpy(np.float64, na_value=np.nan)))
    if bad.size:
        value = series.iloc[int(bad[0])]
        what = "a gap" if pd.isna(value) else repr(value) if isinstance(value, str) else scalars.shown(value)
        raise InputError(f"{path}: row {bad[0] + 1}, column {series.name!r} holds {what}, not a finite number")
    return numbers(title, parsed).astype(np.float64)


def _scaling(inputs: Array, outputs: Array, names: Sequence[str], path: Path) -> Scaling:
    columns = [*inputs.T, *outputs.T]
    for name, column in zip(names, columns, strict=True):
        if reason := unsuited(column):
            raise InputError(f"{path}: column {name!r} {reason}")
    mean, scale = np.array([moments(column) for column in columns]).T
    width = inputs.shape[1]
    return Scaling(mean[:width], scale[:width], mean[width:], scale[width:])


def _listed(names: Any, most: int = 12) -> str:
    shown = [str(name) for name in names]
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")
