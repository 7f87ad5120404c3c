"""From a file to the JSON documents in it: plain or packed by gzip, in any Unicode, one or several after another.

Files of results come by many ways: downloaded, written by PowerShell (UTF-16), put together with `cat` (documents after one
another, or JSON lines), kept by a page as a script (`window.BENCHMARK_DATA = {...}`). What can be told for sure is read; the
rest is refused in one line.
"""

import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lntx.errors import InputError
from lntx.storage import sizes

_GZIP = b"\x1f\x8b"
_PACKED = {
    b"PK\x03\x04": "ZIP archive",
    b"BZh": "bzip2 archive",
    b"\xfd7zXZ\x00": "xz archive",
    b"\x28\xb5\x2f\xfd": "Zstandard archive",
    b"SQLite format 3": "SQLite database",
}
_BETWEEN = re.compile(
    r"[\s\x1e\ufeff;]*"
)  # the separator of JSON text sequences, and a mark of order that `cat` brought along
_ASSIGNED = re.compile(r"(?:(?:var|let|const)\s+)?[A-Za-z_$][\w$.]*\s*=\s*(?=[{\[])")
_DIGITS = 4300  # of a whole number that Python reads


class Doubled(dict[str, Any]):
    """An object in which keys stand twice with different values; the last of each counts, as in every reader of JSON."""

    twice: frozenset[str] = frozenset()


def documents(path: Path, cure: str) -> list[Any]:
    """Return all documents of a file; InputError, naming it and the cure, where it can't be read or isn't whole."""
    try:
        content = sizes.content(path, sizes.PARSED)
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror}") from error
    if kind := next((kind for mark, kind in _PACKED.items() if content.startswith(mark)), None):
        raise InputError(f"{path} is a {kind}; unpack it, and pass the JSON that is in it")
    if content.startswith(_GZIP):
        content = _unpacked(path, content, cure)
    try:
        found = list(_parsed(_text(content)))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not whole JSON ({error}); {cure}") from error
    if not found:
        raise InputError(f"{path} is not whole JSON (it is empty); {cure}")
    return found


def twice(value: Any, *keys: str) -> str:
    """Return which of some keys stands twice in an object, with different values; empty for none."""
    return next((key for key in keys if key in value.twice), "") if isinstance(value, Doubled) else ""


def _unpacked(path: Path, content: bytes, cure: str) -> bytes:
    try:
        sizes.check_unpacked(path, lambda: gzip.GzipFile(fileobj=io.BytesIO(content)))
        found = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path} is not whole JSON (what gzip packed is cut or damaged: {error}); {cure}") from error
    sizes.check(path, sizes.PARSED * len(found))
    return found


def _text(content: bytes) -> str:
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding, "surrogatepass")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is no {encoding.upper().removesuffix('-SIG')}") from error


def _parsed(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole)
    at = _between(text, 0)
    if script := _ASSIGNED.match(text, at):
        at = script.end()
    while at < len(text):
        value, end = decoder.raw_decode(text, at)
        yield value
        at = _between(text, end)


def _between(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = Doubled(found)
    counted = Counter(key for key, _ in pairs)
    doubled.twice = frozenset(key for key, value in pairs if counted[key] > 1 and value != found[key])
    return doubled


def _whole(digits: str) -> int | float:
    """Read a whole number; one with more digits than Python reads is beyond every limit anyway."""
    return int(digits) if len(digits) <= _DIGITS else float(digits)
