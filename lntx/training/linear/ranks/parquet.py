"""A Parquet table for ranks: unpacked once a machine, some rows at a time, into files that are mapped, and never whole in memory.

Each rank then reads its own rows of them. A table is taken as it lies, numbers without gaps; what would have to know all of a
column before its first row can be had (means, deviations, categories) is done before.
"""

import socket
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from lntx.errors import InputError, told
from lntx.host import temporary
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.problem import Problem
from lntx.training.linear.ranks.group import Lost
from lntx.training.linear.ranks.joined import Meeting
from lntx.training.recipe import DType

ENDINGS = (".parquet", ".pq")
_AT_ONCE = 2**23  # bytes of a block of rows, as float64; pyarrow takes it a few times over
_KIND = "ranks"


def problem(path: Path, targets: Sequence[str], reading: Reading, dtype: DType, meeting: Meeting) -> Problem:
    """Take a problem from a table, by the files that one rank of this machine makes of it.

    Raises InputError for a table that isn't one of numbers without gaps, and for options that need all of a column.
    """
    if words := [word for word in reading.words() if word.startswith("--") and word != "--drop"]:
        raise InputError(
            f"ranks read a Parquet table as it lies, some rows at a time, and {words[0]} needs all of it; do that before"
        )
    file, names = _opened(path, targets, reading)
    folder = _unpacked(path, file, (names, tuple(targets)), np.dtype(dtype), meeting)
    X, Y = (np.load(folder / name, mmap_mode="r") for name in ("X.npy", "Y.npy"))
    return Problem(X, Y, name=path.stem, features_named=names, outputs_named=tuple(targets))


def _opened(path: Path, targets: Sequence[str], reading: Reading) -> tuple[Any, tuple[str, ...]]:
    """Open a table, and name its features; InputError for one that can't be read, or that lacks a column."""
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415  (only tables need it)
        import pyarrow.types as kinds  # noqa: PLC0415

        file = pq.ParquetFile(path, memory_map=True, pre_buffer=False)  # else pyarrow holds whole row groups
    except ImportError as error:
        raise InputError(f"reading {path} needs pyarrow; pip install 'lntx[parquet]'") from error
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror or error}") from error
    except Exception as error:  # pyarrow has errors of its own for a damaged file
        raise InputError(f"{path} can't be read as parquet: {told(error)}") from error
    schema = file.schema_arrow
    for name in (*targets, *reading.drop):
        if name not in schema.names:
            raise InputError(f"{path} has no column {name!r}; it has {', '.join(map(str, schema.names[:20]))}")
    names = tuple(name for name in schema.names if name not in {*targets, *reading.drop})
    if not names or not file.metadata.num_rows:
        raise InputError(
            f"{path} has no {'rows' if names else 'column besides the target'}; a problem needs samples and features"
        )
    for name in (*names, *targets):
        kind = schema.field(name).type
        if not (kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_boolean(kind)):
            raise InputError(
                f"{path}: column {name!r} holds {kind}, and ranks read numbers alone; encode it before, or --drop it"
            )
    return file, names


def _unpacked(
    path: Path, file: Any, columns: tuple[Sequence[str], Sequence[str]], dtype: "np.dtype[Any]", meeting: Meeting
) -> Path:
    """Return the folder with this machine's mapped files: made by the rank that comes first, waited for by the others."""
    key, limit = f"lntx/{meeting.place.attempt}/table/{socket.gethostname()}", meeting.limit
    try:
        if meeting.store.add(f"{key}/came", 1) == 1:
            found = "", _written(path, file, columns, dtype)
        else:
            meeting.store.wait([key], timedelta(seconds=limit.total_seconds()))
            said = meeting.store.get(key).decode()
            found = said.partition("\n")[0], Path(said.partition("\n")[2])
    except InputError as error:
        meeting.store.set(key, f"{' '.join(str(error).split())}\n")
        raise
    except RuntimeError as error:
        raise Lost(f"rank {meeting.place.rank} waited for {path} to be unpacked: {told(error)}") from error
    wrong, folder = found
    if wrong:
        raise InputError(wrong)
    meeting.store.set(key, f"\n{folder}")
    temporary.hold(folder)  # whoever unpacked it may end before this rank has proved its weights
    return folder


def _written(path: Path, file: Any, columns: tuple[Sequence[str], Sequence[str]], dtype: "np.dtype[Any]") -> Path:
    folder, rows = temporary.lasting(_KIND), file.metadata.num_rows
    arrays = [
        open_memmap(folder / name, mode="w+", dtype=dtype, shape=(rows, len(part)))
        for name, part in zip(("X.npy", "Y.npy"), columns, strict=True)
    ]
    start = 0
    for parts in _batches(path, file, columns):
        stop = start + len(parts[0])
        for array, part in zip(arrays, parts, strict=True):
            array[start:stop] = part
        start = stop
    for array in arrays:
        array.flush()
    return folder


def _batches(
    path: Path, file: Any, columns: tuple[Sequence[str], Sequence[str]]
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Yield rows, a block of inputs and one of targets; InputError for a gap."""
    start, wanted = 0, [*columns[0], *columns[1]]
    rows = max(1, _AT_ONCE // (8 * len(wanted)))
    for batch in file.iter_batches(batch_size=rows, columns=wanted, use_threads=False):
        for name in batch.schema.names:
            column = batch.column(name)
            if column.null_count:
                row = start + int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0])
                raise InputError(
                    f"{path}: column {name!r} has a gap in row {row}, and ranks fill none; fill it before, or --drop it"
                )
        inputs, targets = (
            np.column_stack([batch.column(name).to_numpy(zero_copy_only=False) for name in part]) for part in columns
        )
        start += len(inputs)
        yield inputs, targets
