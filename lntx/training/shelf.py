"""Arrays that follow from a problem and a recipe, kept in a folder, so that a later process need not compute them again.

A study's processes prove the same trainings: what the first of them computed of the reference, the others read. lntx's own
backends have a folder together; each of somebody else's has its own, so that one that spoils its process spoils its own proof
alone. The ways of loops have one together, in which the processes of a first way alone write.
"""

import io
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lntx.errors import InputError
from lntx.host import phases
from lntx.storage.disk import write_bytes

Array = NDArray[Any]

_folder: ContextVar[tuple[Path | None, bool]] = ContextVar("folder", default=(None, False))


@contextmanager
def within(folder: Path | None, *, writes: bool = True) -> Iterator[None]:
    """Look for arrays in this folder meanwhile, and keep there what is computed, if this process writes; None keeps nothing."""
    token = _folder.set((folder, writes))
    try:
        yield
    finally:
        _folder.reset(token)


def kept(what: Hashable, compute: Callable[[], Array]) -> Array:
    """Return what an earlier process computed, and compute it where none did; what names it, by all that it follows from."""
    folder, writes = _folder.get()
    if folder is None:
        return _computed(compute)
    path = folder / f"{sha256(repr(what).encode()).hexdigest()[:32]}.npy"
    found = load(path)
    if found is None:
        found = _computed(compute)
        if writes:
            keep(path, found)
    return found


def _computed(compute: Callable[[], Array]) -> Array:
    with phases.of(phases.REFERENCE):
        return compute()


def load(path: Path) -> Array | None:
    """Read an array that was kept; None where there is none, or none that can be read."""
    try:
        return np.asarray(np.load(path, allow_pickle=False))
    except (OSError, ValueError, EOFError):
        return None


def keep(path: Path, array: Array) -> None:
    """Write an array for later processes. Without it they take longer: a disk that is full fails nothing."""
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    try:
        write_bytes(path, stream.getvalue())
    except InputError:
        return
