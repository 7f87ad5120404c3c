"""Files that are packed: gzip, bzip2, xz, zstandard and zip, told by how they begin."""

import bz2
import gzip
import lzma
import zipfile
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from lntx.errors import InputError
from lntx.storage import sizes

ENDINGS = (".gz", ".bz2", ".xz", ".zst", ".zip")
_BEGINNINGS = {
    b"\x1f\x8b": "gz",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
}


def ending(path: Path) -> str:
    """Return what a file is by its name, less how it is packed: `.csv` for `homes.csv.gz`; of a lone `.zip`, its member's."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if not suffixes or suffixes[-1] not in ENDINGS:
        return suffixes[-1] if suffixes else ""
    if suffixes[-1] == ".zip":
        return Path(_member(path).filename).suffix.lower()
    return suffixes[-2] if len(suffixes) > 1 else ""


def opener(path: Path) -> Callable[[], IO[bytes]]:
    """Return what opens a file, unpacked, as often as it is called.

    InputError for an archive of several files, and for what is larger than the memory, or unpacks to many times its size.
    """
    with path.open("rb") as stream:
        head = stream.read(10)
    packed = next((kind for start, kind in _BEGINNINGS.items() if head.startswith(start)), None)
    if head.startswith(b"BZh") and head[4:] == b"1AY&SY":
        packed = "bz2"
    ways: dict[str | None, Callable[[], Any]] = {
        None: partial(path.open, "rb"),
        "gz": partial(gzip.open, path, "rb"),
        "bz2": partial(bz2.open, path, "rb"),
        "xz": partial(lzma.open, path, "rb"),
        "zst": partial(_zstandard, path),
        "zip": partial(_zipped, path),
    }
    if packed is None:
        sizes.check(path, path.stat().st_size)
    else:
        sizes.check_unpacked(path, ways[packed])
    return ways[packed]


def _zstandard(path: Path) -> Any:
    """Open with the standard library's reader, which Python 3.14 has, or with zstandard."""
    for name in ("compression.zstd", "zstandard"):
        try:
            return import_module(name).open(path, "rb")
        except ImportError:
            continue
    raise InputError(f"reading {path} needs zstandard; pip install zstandard, or unpack it")


def _zipped(path: Path) -> Any:
    member = _member(path)
    return zipfile.ZipFile(path).open(member)


def _member(path: Path) -> zipfile.ZipInfo:
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
    names = {one.filename for one in members}
    if "xl/workbook.xml" in names:
        raise InputError(f"{path} is an Excel workbook; call it .xlsx")
    if len(members) != 1:
        raise InputError(f"{path} holds {len(members)} files; unpack it, and give the one with the table")
    if members[0].flag_bits & 1:
        raise InputError(f"{path} is locked with a password; unpack it first")
    return members[0]
