"""Tables on disk: one reader for each kind of file, chosen by how its name ends."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lntx.errors import InputError
from lntx.storage import sizes
from lntx.training.linear.data.formats import arrays, frames, text, unpacking
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.table import Sought, Table, tidied

PACKED = unpacking.ENDINGS
KINDS = ".csv, .tsv, .txt, .xlsx, .json, .jsonl, .parquet, .feather or .npz"
_OTHERS = {
    ".xls": "an old workbook; save it as .xlsx",
    ".xlsb": "a binary workbook; save it as .xlsx",
    ".ods": "an OpenDocument workbook; save it as .xlsx or .csv",
    ".pkl": "a pickle, which can run any program; save it as .parquet or .csv",
    ".pickle": "a pickle, which can run any program; save it as .parquet or .csv",
    ".h5": "HDF5; save its table as .parquet or .npz",
    ".hdf5": "HDF5; save its table as .parquet or .npz",
    ".mat": "MATLAB's; save its arrays as .npz",
    ".npy": "rows without names, and columns are found by name here; save a .csv, .parquet or .npz, or use --no-header",
}


def read(path: Path, reading: Reading, sought: Sought, *, by_name: bool = True) -> Table:
    """Read a table; InputError, naming the file, for one that is none. by_name: its columns have to have names of their own."""
    import pandas as pd  # noqa: PLC0415  (only tables need it)

    kind = path.suffix.lower()
    try:
        if path.exists():
            sizes.check_whole(path)
        kind = unpacking.ending(path)
        table = _reader(path, kind, by_name=by_name and reading.header is not False)(reading, sought)
    except InputError:
        raise
    except (pd.errors.EmptyDataError, EOFError):
        raise InputError(f"{path} is empty, or was cut off") from None
    except ImportError as error:
        raise InputError(f"reading {path} needs pyarrow; pip install 'lntx[parquet]'") from error
    except UnicodeError as error:
        raise InputError(
            f"{path} is not in the encoding {getattr(error, 'encoding', 'utf-8')}; give another with --encoding"
        ) from error
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror or error}") from error
    except Exception as error:  # each reader has errors of its own for a damaged file
        words = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(f"{path} can't be read as {kind[1:] or 'a table'}: {words}") from error
    if not table.rows:
        raise InputError(f"{path} has no rows; a problem needs samples")
    return table


def _reader(path: Path, kind: str, *, by_name: bool) -> Callable[[Reading, Sought], Table]:
    """Return what reads a file of a kind; InputError for a kind that is no table."""
    if kind in text.ENDINGS:
        return lambda *how: text.read(path, *how, by_name=by_name)
    if kind in (".xlsx", ".xlsm"):
        return lambda *how: frames.workbook(path, *how, by_name=by_name)
    if kind in (".json", ".jsonl", ".ndjson"):
        return lambda *how: tidied(Table(path, {}), *frames.records(path, lines=kind != ".json"), *how)
    if kind in (".parquet", ".pq", ".feather", ".arrow"):
        return lambda *how: _of_arrow(path, feather=kind not in (".parquet", ".pq"), how=how)
    if kind == ".npz":
        return lambda *how: tidied(Table(path, {}), *arrays.npz(path), *how)
    if kind == ".npy" and not by_name:
        return lambda reading, _: _without(arrays.npy(path), reading)
    what = f"is {_OTHERS[kind]}" if kind in _OTHERS else f"ends in {kind or 'nothing'}; a table is {KINDS}"
    raise InputError(f"{path} {what}")


def _of_arrow(path: Path, *, feather: bool, how: tuple[Reading, Sought]) -> Table:
    if path.suffix.lower() in unpacking.ENDINGS:
        raise InputError(f"{path} is packed; unpack it first")
    names, columns, notes = frames.arrow(path, feather=feather)
    return tidied(Table(path, {}, notes=notes), names, columns, *how)


def _without(table: Table, reading: Reading) -> Table:
    return tidied(table, [*table.columns], [*table.columns.values()], replace(reading, keep_index=True))
