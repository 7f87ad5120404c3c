"""NumPy's files: columns from NPZ, rows without names from NPY, which is mapped."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lntx.errors import InputError
from lntx.storage import sizes
from lntx.training.linear.data.conversion import Array
from lntx.training.linear.data.formats import declared
from lntx.training.linear.data.table import Table

_PICKLED = "holds Python objects, which only running a program brings back; save numbers, such as array.astype(float)"


def npz(path: Path) -> tuple[list[str], list[Any]]:
    """Read the arrays of an NPZ: the names of columns, and the columns; InputError for lengths that differ."""
    for name, shape in declared.npz(path).items():
        if len(shape) not in (1, 2):
            raise InputError(
                f"{path}: column {name!r} is of shape {shape}; give it one value, or one row, for each sample"
            )
        if not shape[0]:
            raise InputError(f"{path}: column {name!r} has no rows; a problem needs samples")
    names: list[str] = []
    columns: list[Any] = []
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        for name in stored.files:
            try:
                array = stored[name]
            except ValueError as error:
                if "pickle" not in str(error).lower():
                    raise
                raise InputError(f"{path}: column {name!r} {_PICKLED}") from None
            names += [name] if array.ndim == 1 else [f"{name}[{i}]" for i in range(array.shape[1])]
            columns += [array] if array.ndim == 1 else [*array.T]
    for name, column in zip(names, columns, strict=True):
        if len(column) != len(columns[0]):
            raise InputError(
                f"{path}: column {names[0]!r} has {len(columns[0])} rows and {name!r} {len(column)}; they must be as many"
            )
    return names, columns


def npy(path: Path) -> Table:
    """See the rows of an NPY file as columns, called 0, 1, ...."""
    rows = mapped(path)
    if rows.ndim != 2:  # noqa: PLR2004  (rows and columns)
        raise InputError(f"{path} must be samples x features, not of shape {rows.shape}")
    if not len(rows):
        raise InputError(f"{path} has no rows; a problem needs samples")
    return Table(path, {str(i): rows[:, i] for i in range(rows.shape[1])}, named=False)


def mapped(path: Path) -> Array:
    """Map one .npy file of real numbers to be read; InputError for any other."""
    if path.suffix.lower() != ".npy":
        raise InputError(f"{path} is no .npy file; inputs and targets are one each: --data X.npy --target Y.npy")
    try:
        sizes.check_whole(path)
        stored: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except InputError:
        raise
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror or error}") from error
    except Exception as error:  # numpy names a damaged file in many ways
        reason = "it " + _PICKLED if _pickled(path) else " ".join(str(error).split())
        raise InputError(f"{path} can't be read as .npy: {reason}") from error
    if not isinstance(stored, np.ndarray):
        raise InputError(f"{path} can't be read as .npy: it is an archive of arrays; call it .npz")
    if stored.dtype.kind not in "fiub":
        raise InputError(f"{path} holds {stored.dtype}, not real numbers")
    if stored.dtype not in (np.float32, np.float64):  # then they are copied, as numbers that a problem takes
        sizes.check(path, stored.size * np.dtype(np.float64).itemsize)
    return stored


def _pickled(path: Path) -> bool:
    with path.open("rb") as stream:
        try:
            version = np.lib.format.read_magic(stream)
            head = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            return bool(head(stream)[2].hasobject)
        except Exception:  # noqa: BLE001  (a damaged header is told of in NumPy's words)
            return False
