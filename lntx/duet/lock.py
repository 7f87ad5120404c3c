"""One gate at a time on a machine: two would measure each other."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lntx.errors import InputError

NAME = "lntx-gate.lock"


@contextmanager
def alone(folder: Path | None = None) -> Iterator[None]:
    """Hold the machine's one lock; InputError, naming who holds it, where another gate runs.

    The system frees the lock when its holder ends, however it ends.
    """
    path = (folder or Path(tempfile.gettempdir())) / NAME
    try:
        handle, ours = _opened(path)
    except OSError as error:
        raise InputError(f"can't take the lock {path}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 100).decode(errors="replace").strip() or "unknown"
            raise InputError(
                f"another gate runs on this machine (process {holder}); two would measure each other: wait until it is done"
            ) from error
        if ours:
            os.truncate(handle, 0)
            os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def _opened(path: Path) -> tuple[int, bool]:
    """Open the lock file, and say whether we may write who we are: another user's can be locked all the same."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666), True
    except PermissionError:
        return os.open(path, os.O_RDONLY), False
