"""What packed tables say of their size, held against the memory before they are read (`lntx.storage.sizes`)."""

import math
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lntx.errors import InputError
from lntx.storage import sizes

_NUMBER, _COLUMN, _CELL = (
    8,
    500,
    120,
)  # bytes that a number takes, a column by itself, a cell that is an object of Python's
_PIECE, _OVERLAP = 2**20, 64
_PLACE = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_MAGIC = b"ARROW1\0\0"
_RECORDS, _DICTIONARY = 3, 2  # kinds of messages that hold columns


def npz(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shapes of an archive's arrays, by their names; InputError for what is none, and for what would be too large."""
    shapes: dict[str, tuple[int, ...]] = {}
    needed = 0
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name = member.filename.removesuffix(".npy")
            with archive.open(member) as stream:
                found = _array_header(path, name, stream)
                held = member.file_size - stream.tell()
            if found is None:  # objects, which are refused as they are read, before anything is made of them
                continue
            shapes[name], itemsize = found
            size = math.prod(shapes[name]) * itemsize
            if size != held:
                raise InputError(
                    f"{path}: column {name!r} says that it has {size:,} bytes, and has {held:,}; it was cut off"
                )
            needed += 2 * size + _COLUMN * math.prod(shapes[name][1:]) * bool(
                size
            )  # one without rows is refused anyway
    sizes.check(path, needed, path.stat().st_size)
    return shapes


def _array_header(path: Path, name: str, stream: Any) -> tuple[tuple[int, ...], int] | None:
    """Read the shape and the size of an element; None where elements are objects."""
    try:
        version = np.lib.format.read_magic(stream)
        head = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = head(stream)
    except (ValueError, MemoryError, RecursionError) as error:
        words = " ".join(str(error).split())[:200]
        raise InputError(f"{path} holds {name!r}, which is no array of NumPy's: {words}") from error
    if min(shape, default=0) < 0:
        raise InputError(f"{path}: column {name!r} is of shape {shape}")
    return None if dtype.hasobject else (shape, dtype.itemsize)


def workbook(path: Path) -> None:
    """Raise InputError for a workbook that unpacks to too much, or whose cells lie so far apart that the gaps would be."""
    packed = path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        sizes.check(path, sum(member.file_size for member in members), packed)
        for member in members:
            if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                with archive.open(member) as stream:
                    rows, columns = _extent(stream)
                sizes.check(path, _CELL * rows * columns, max(packed, member.file_size))


def _extent(stream: Any) -> tuple[int, int]:
    """Return how many rows and columns the cells of a sheet span, by the places that they name."""
    rows, columns, before = 0, 0, b""
    while piece := stream.read(_PIECE):
        for column, row in _PLACE.findall(before + piece):
            rows, columns = max(rows, int(row)), max(columns, _counted(column))
        before = piece[-_OVERLAP:]
    return rows, columns


def _counted(letters: bytes) -> int:
    """Count the columns up to one that is called so: 1 for A, 27 for AA."""
    place = 0
    for letter in letters:
        place = 26 * place + letter - ord("A") + 1
    return place


def parquet(path: Path) -> None:
    """Raise InputError for a Parquet file whose rows would be too large: a column of one value takes next to nothing there."""
    import pyarrow.parquet as pq  # noqa: PLC0415  (an extra, which only these files need)

    about = pq.read_metadata(path)
    groups = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
    sizes.check(path, groups + _NUMBER * about.num_rows * about.num_columns, path.stat().st_size)


def twice(path: Path) -> str:
    """Return the name that two columns of a Parquet file share, which Arrow's reader takes for damage; empty for none."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    return next((name for name, times in Counter(pq.read_schema(path).names).items() if times > 1), "")


def feather(path: Path) -> None:
    """Raise InputError for a Feather (Arrow) file whose columns would be too large."""
    sizes.check(path, sum(_columns(path)), path.stat().st_size)


def _columns(path: Path) -> Iterator[int]:
    """Yield what each message of an Arrow file says of the size of its columns, unpacked."""
    import pyarrow as pa  # noqa: PLC0415

    with pa.OSFile(str(path)) as source:
        if source.read(len(_MAGIC)) != _MAGIC:
            return  # of the first version, which is not packed, or no such file, which its reader tells
        for message in pa.ipc.MessageReader.open_stream(source):
            table = _Flat.root(bytes(message.metadata))
            kind, head = table.byte(1), table.table(2)
            records = head.table(1) if kind == _DICTIONARY and head else head if kind == _RECORDS else None
            if records is not None:
                yield sum(_unpacked(records, message.body)) + _NUMBER * records.long(0)


def _unpacked(records: "_Flat", body: Any) -> Iterator[int]:
    """Yield the sizes of the buffers of a batch: where it is packed, each begins with its own, or with -1 as it is."""
    packed = records.table(3) is not None
    for start, length in records.pairs(2):
        if not packed or not length:
            yield length
        else:
            (size,) = struct.unpack_from("<q", body, start)
            yield length if size < 0 else size


class _Flat:
    """A table of a flat buffer, of whose fields only those are read that tell sizes."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    @classmethod
    def root(cls, data: bytes) -> "_Flat":
        return cls(data, struct.unpack_from("<I", data)[0])

    def _field(self, index: int) -> int:
        (back,) = struct.unpack_from("<i", self.data, self.at)
        (size,) = struct.unpack_from("<H", self.data, self.at - back)
        place = 4 + 2 * index
        return struct.unpack_from("<H", self.data, self.at - back + place)[0] if place < size else 0

    def byte(self, index: int) -> int:
        place = self._field(index)
        return self.data[self.at + place] if place else 0

    def long(self, index: int) -> int:
        place = self._field(index)
        return int(struct.unpack_from("<q", self.data, self.at + place)[0]) if place else 0

    def table(self, index: int) -> "_Flat | None":
        place = self._field(index)
        if not place:
            return None
        (forth,) = struct.unpack_from("<I", self.data, self.at + place)
        return _Flat(self.data, self.at + place + forth)

    def pairs(self, index: int) -> Iterator[tuple[int, int]]:
        """Yield the pairs of long numbers of a vector."""
        place = self._field(index)
        if place:
            start = self.at + place
            start += struct.unpack_from("<I", self.data, start)[0]
            (number,) = struct.unpack_from("<I", self.data, start)
            yield from struct.iter_unpack("<qq", self.data[start + 4 : start + 4 + 16 * number])
