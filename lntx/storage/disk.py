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
