"""Tables on disk as pandas frames: CSV, Parquet, NPZ, and rows without names from NPY."""

import csv
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lntx.errors import InputError
from lntx.training.linear.data.conversion import Array, numbers

if TYPE_CHECKING:
    import pandas as pd


def read(path: Path, *, named: bool = True) -> "pd.DataFrame":
    """Read a table whose columns have names, each a string and each once; InputError for a file that is none.

    named False is for rows that are told apart by position: then a .npy file will do, and a CSV may lack its header (a
    first row of numbers is a sample then).
    """
    import pandas as pd  # noqa: PLC0415  (only tables need it)

    frame = _attempted(path, _readers(named=named))
    if frame.empty:
        raise InputError(f"{path} has no rows; a problem needs samples")
    frame.columns = pd.Index([str(name) for name in frame.columns], dtype=object)
    if twice := frame.columns[frame.columns.duplicated()].tolist():
        raise InputError(f"{path} has two columns called {twice[0]!r}; give each a name of its own")
    return frame


def _readers(*, named: bool) -> "dict[str, Callable[[Path], pd.DataFrame]]":
    import pandas as pd  # noqa: PLC0415

    readers: dict[str, Callable[[Path], pd.DataFrame]] = {".csv": _csv, ".parquet": pd.read_parquet, ".npz": _npz}
    return readers if named else readers | {".csv": _csv_of_rows, ".npy": _npy}


def _attempted(path: Path, readers: "dict[str, Callable[[Path], pd.DataFrame]]") -> "pd.DataFrame":
    """Read with the reader that the file's ending asks for; InputError in place of whatever it raises."""
    import pandas as pd  # noqa: PLC0415

    reader = readers.get(path.suffix.lower())
    if reader is None and path.suffix.lower() == ".npy":
        raise InputError(f"{path} holds no names, and columns are found by name here; save a .csv, .parquet or .npz")
    if reader is None:
        raise InputError(f"{path} ends in {path.suffix or 'nothing'}; a table is .csv, .parquet or .npz")
    try:
        return reader(path)
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


def headless(path: Path) -> bool:
    """Return whether the first row of a CSV is numbers throughout, and thus no header that anybody would write."""
    header = _header(path) if path.suffix.lower() == ".csv" and path.is_file() else []
    return bool(header) and all(_is_number(name) for name in header)


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(csv.reader(stream), [])


def _csv(path: Path, header: int | None = 0) -> "pd.DataFrame":
    """Read a CSV whose rows have as many fields as its first, each name once."""
    import pandas as pd  # noqa: PLC0415

    first = _header(path)
    if header is not None and (twice := [name for name in first if first.count(name) > 1]):
        raise InputError(f"{path} has two columns called {twice[0]!r}; give each a name of its own")
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # rows longer than the header
        return pd.read_csv(path, index_col=False, header=header, float_precision=_exactly(pd.__version__))


def _exactly(version: str) -> Literal["round_trip"] | None:
    """Ask for decimals to be read to the last digit; pandas always does from 3.1 on, and warns who asks for it."""
    major, minor = version.split(".")[:2]
    return None if (int(major), int(minor)) >= (3, 1) else "round_trip"


def _csv_of_rows(path: Path) -> "pd.DataFrame":
    """Read a CSV by position, its first row a sample where it is numbers."""
    if not headless(path):
        return _csv(path)
    first = [float(name) for name in _header(path)]
    if first == [*range(len(first))]:  # as pandas numbers columns
        raise InputError(
            f"{path} begins with {', '.join(_header(path))}, which may be a header or a sample; give it a header of names"
        )
    return _csv(path, header=None)


def _npy(path: Path) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415

    rows = numbers(str(path), mapped(path))
    if rows.ndim != 2:  # noqa: PLR2004  (rows and columns)
        raise InputError(f"{path} must be samples x features, not of shape {rows.shape}")
    return pd.DataFrame(rows)


def _npz(path: Path) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415

    columns: dict[str, Any] = {}
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        for name, array in stored.items():
            for column, values in _columns(path, name, numbers(f"{path}: column {name!r}", array)):
                if column in columns:
                    raise InputError(f"{path} has two columns called {column!r}; give each a name of its own")
                columns[column] = values
    return pd.DataFrame(columns)


def _columns(path: Path, name: str, array: Any) -> list[tuple[str, Any]]:
    if array.ndim == 1:
        return [(name, array)]
    if array.ndim == 2:  # noqa: PLR2004  (several columns under one name)
        return [(f"{name}[{i}]", array[:, i]) for i in range(array.shape[1])]
    raise InputError(
        f"{path}: column {name!r} is of shape {array.shape}; give it one value, or one row, for each sample"
    )


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def mapped(path: Path) -> Array:
    """Map one .npy file of real numbers to be read; InputError for any other."""
    if path.suffix.lower() != ".npy":
        raise InputError(f"{path} is no .npy file; inputs and targets are one each: --data X.npy --target Y.npy")
    try:
        stored: Any = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror or error}") from error
    except Exception as error:  # numpy names a damaged file in many ways
        raise InputError(f"{path} can't be read as .npy: {' '.join(str(error).split())}") from error
    if stored.dtype.kind not in "fiub":
        raise InputError(f"{path} holds {stored.dtype}, not real numbers")
    return stored  # type: ignore[no-any-return]
