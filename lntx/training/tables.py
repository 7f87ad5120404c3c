"""Problems from files: a table with its target column, as CSV, Parquet or NPZ."""

import csv
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lntx.errors import InputError
from lntx.training.problem import Array, Problem, Scaling
from lntx.training.recipe import DTYPES, DType

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
    column, which lets one learning rate suit them all; `train` gives the weights back in the table's own units.

    Raises InputError, naming row and column where it can, for a table that is empty, lacks the target, or holds text or
    gaps, and for a column that never changes where it would have to be standardised.
    """
    path = Path(file)
    if dtype not in DTYPES:
        raise InputError(f"dtype must be one of {', '.join(DTYPES)}, not {dtype!r}")
    frame = _numbers(_read(path), path)
    targets = [target] if isinstance(target, str) else list(target)
    if missing := [name for name in targets if name not in frame.columns]:
        raise InputError(f"{path} has no column {missing[0]!r}; it has {_listed(frame.columns)}")
    names = [str(name) for name in frame.columns if name not in targets]
    if not names:
        raise InputError(f"{path} has no column besides the target; a problem needs a feature")
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


def inputs_from_table(file: str | Path, features: int, named: Sequence[str] = (), *, dtype: DType = "float32") -> Array:
    """Read the rows to predict for: an array of samples x features.

    named are the columns that the model was trained on: they are found by name, in any order, and other columns are
    passed over. Without names the columns are the features in turn. Raises InputError as `from_table` does, and where a
    column is missing, or the file has another number of columns than the model features.
    """
    path = Path(file)
    frame = _read(path)
    if missing := [name for name in named if name not in frame.columns]:
        raise InputError(f"{path} has no column {missing[0]!r}, which the model needs; it has {_listed(frame.columns)}")
    chosen = _numbers(frame[list(named)] if named else frame, path)
    if chosen.shape[1] != features:
        raise InputError(f"{path} has {chosen.shape[1]} columns and the model takes {features} features")
    return _cast(chosen.to_numpy(np.float64), [str(name) for name in chosen.columns], dtype, path)


def _cast(values: Array, names: Sequence[str], dtype: DType, path: Path) -> Array:
    """Copy to a dtype; InputError naming the column that is too large for it."""
    with np.errstate(over="ignore"):
        cast = np.array(values, dtype, order="C")
    beyond = np.flatnonzero(~np.isfinite(cast).all(axis=0))
    if beyond.size:
        raise InputError(
            f"{path}: column {names[beyond[0]]!r} holds numbers beyond {dtype}; use another unit, or float64"
        )
    return cast


def _read(path: Path) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415  (only tables need it)

    readers: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".csv": _read_csv,
        ".parquet": pd.read_parquet,
        ".npz": _read_npz,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path} ends in {path.suffix or 'nothing'}; a table is .csv, .parquet or .npz")
    try:
        frame = reader(path)
    except InputError:
        raise
    except pd.errors.EmptyDataError:
        raise InputError(f"{path} is empty") from None
    except ImportError as error:
        raise InputError(f"reading {path} needs pyarrow; pip install 'lntx[parquet]'") from error
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror or error}") from error
    except Exception as error:  # each reader has errors of its own for a damaged file
        raise InputError(f"{path} can't be read as {path.suffix[1:]}: {' '.join(str(error).split())}") from error
    if frame.empty:
        raise InputError(f"{path} has no rows; a problem needs samples")
    return frame


def _read_csv(path: Path) -> "pd.DataFrame":
    """Read a CSV whose rows have as many fields as its header has names, each name once."""
    import pandas as pd  # noqa: PLC0415

    with path.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream), [])
    if twice := [name for name in header if header.count(name) > 1]:
        raise InputError(f"{path} has two columns called {twice[0]!r}; give each a name of its own")
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # rows longer than the header
        return pd.read_csv(path, index_col=False)


def _read_npz(path: Path) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415

    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        columns: dict[str, Any] = {}
        for name, array in stored.items():
            if np.iscomplexobj(array):
                raise InputError(f"{path}: {name!r} holds complex numbers; give their real parts")
            flat = array.ndim == 1
            columns |= {name: array} if flat else {f"{name}[{i}]": array[:, i] for i in range(array.shape[1])}
    return pd.DataFrame(columns)


def _numbers(frame: "pd.DataFrame", path: Path) -> "pd.DataFrame":
    """Check that every value is a finite number; name the first that isn't, by row (the first is 1) and column."""
    import pandas as pd  # noqa: PLC0415

    for name in frame.columns:
        numbers = pd.to_numeric(frame[name], errors="coerce").to_numpy(np.float64)
        bad = np.flatnonzero(~np.isfinite(numbers))
        if bad.size:
            value = frame[name].iloc[int(bad[0])]
            what = "a gap" if pd.isna(value) else repr(value) if isinstance(value, str) else str(value)
            raise InputError(f"{path}: row {bad[0] + 1}, column {name!r} holds {what}, not a finite number")
    return pd.DataFrame(frame.astype(np.float64))


def _scaling(inputs: Any, outputs: Any, names: Sequence[str], path: Path) -> Scaling:
    with np.errstate(over="ignore", invalid="ignore"):
        means = [*inputs.mean(0), *outputs.mean(0)]
        scales = [*inputs.std(0), *outputs.std(0)]
    for name, scale in zip(names, scales, strict=True):
        if not np.isfinite(scale):
            raise InputError(f"{path}: column {name!r} is too large to be standardised; use another unit")
        if scale == 0:
            raise InputError(f"{path}: column {name!r} has one value throughout and can't be standardised; drop it")
    width = inputs.shape[1]
    mean, scale = np.array(means), np.array(scales)
    return Scaling(mean[:width], scale[:width], mean[width:], scale[width:])


def _listed(names: Any, most: int = 12) -> str:
    shown = [str(name) for name in names]
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")
