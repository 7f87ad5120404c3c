"""Files written whole or not at all: a reader never meets half a file, whatever dies."""

import os
import tempfile
from pathlib import Path

from lntx.errors import InputError


def write_text(path: Path, text: str) -> None:
    """Replace a file's text in one move; InputError where the folder can't be written."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file in one move; InputError where the folder can't be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError(f"can't write {path}: {error.strerror}; choose another folder") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except OSError as error:
        Path(draft).unlink(missing_ok=True)
        raise InputError(f"can't write {path}: {error.strerror}") from error


def splice(path: Path, begin: str, end: str, text: str) -> None:
    """Put text between two markers of a page, instead of what stands there.

    InputError for a page that can't be read or hasn't got both markers, once and in this order; it is left as it is.
    """
    try:
        page = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror}") from error
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise InputError(f"{path} has no place for the tables: put {begin} and {end} on lines of their own, once")
    before, _, rest = page.partition(begin)
    write_text(path, f"{before}{begin}\n{text.strip()}\n{end}{rest.partition(end)[2]}")
