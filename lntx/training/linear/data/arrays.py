"""Problems from arrays on disk: .npy files, mapped into memory and read where and when they are needed."""

from pathlib import Path
from typing import Any

import numpy as np

from lntx.errors import InputError
from lntx.training import scalars
from lntx.training.linear.data.conversion import Array
from lntx.training.linear.problem import Problem


def from_npy(inputs: str | Path, targets: str | Path) -> Problem:
    """Take a problem from two .npy files: X (samples x features) and Y (samples x outputs, or samples alone).

    The files are mapped, not read: they may be larger than the memory. float32 and float64 are taken as they lie;
    anything else is converted, in memory. Raises InputError for a file that isn't there, is damaged or holds no numbers,
    and as `Problem` does.
    """
    file = scalars.path("inputs", inputs)
    return Problem(mapped(file), mapped(scalars.path("targets", targets)), name=file.stem)


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
