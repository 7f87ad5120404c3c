"""What data a problem holds now: a digest of its arrays, by which a cache notices that they were changed in place."""

import zlib
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from lntx.errors import InputError

if TYPE_CHECKING:  # a problem is above this, and more than what is asked of it here
    from lntx.training.linear.problem import Array, Problem


T = TypeVar("T")

_known: ContextVar[dict[int, Hashable] | None] = ContextVar("known", default=None)

_first: "WeakKeyDictionary[Any, tuple[str, tuple[int, int], int, int]]" = WeakKeyDictionary()
"""By mapping: its file's path, which file that is, its size and the time of its last change when it was first looked at."""

_AT_ONCE = 2**20  # numbers of an array that isn't contiguous, which are copied to be read


def digest(problem: "Problem") -> Hashable:
    """Digest X and Y: equal for equal arrays, and other, but for one chance in 2^32, where a number was changed.

    CRC-32 reads 4 GB/s; it finds accidents, and nobody is to be kept from forging it. A mapped file is told by its path, its
    size and the time of its last change instead: it may be larger than the memory. One that was removed, or replaced by
    another, is still there for whoever mapped it, and stays what it was.
    """
    known = _known.get()
    if known is None:
        return of_arrays(problem.X, problem.Y)
    if id(problem) not in known:
        known[id(problem)] = of_arrays(problem.X, problem.Y)
    return known[id(problem)]


@contextmanager
def settled() -> Iterator[None]:
    """Digest each problem once in here, where nothing but lntx's own code runs, which changes none."""
    token = _known.set({}) if _known.get() is None else None
    try:
        yield
    finally:
        if token:
            _known.reset(token)


def remembered(most: int) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Remember what a function of a problem (and more) gave, the latest few times, as long as the problem's data stay."""

    def wrap(function: Callable[..., T]) -> Callable[..., T]:
        @lru_cache(maxsize=most)
        def kept(problem: "Problem", _digest: Hashable, *args: Any, **named: Any) -> T:
            return function(problem, *args, **named)

        @wraps(function)
        def asked(problem: "Problem", *args: Any, **named: Any) -> T:
            return kept(problem, digest(problem), *args, **named)

        return asked

    return wrap


def of_arrays(*arrays: "Array") -> Hashable:
    """Digest some arrays, with their shapes and dtypes."""
    return tuple((array.shape, array.dtype.str, _mapped(array) or _checksum(array)) for array in arrays)


def _mapped(array: "Array") -> Hashable | None:
    if not isinstance(array, np.memmap) or array.mode != "r" or array.filename is None:
        return None
    mapping = array._mmap  # type: ignore[attr-defined]  # noqa: SLF001  (what all views of a mapping share; NumPy has no other name for it)
    first = _first.get(mapping)
    try:
        told = Path(array.filename).stat()
    except OSError as error:
        if first is None:
            raise InputError(f"can't read {array.filename}: {error.strerror or error}") from error
        return (*first, array.offset)
    file = (told.st_dev, told.st_ino)
    if first is not None and file != first[1]:
        return (*first, array.offset)
    now = (str(array.filename), file, told.st_size, told.st_mtime_ns)
    _first.setdefault(mapping, now)
    return (*now, array.offset)


def _checksum(array: "Array") -> int:
    if array.flags.c_contiguous:
        return zlib.crc32(array.data)
    found, rows = 0, max(1, _AT_ONCE // max(1, array[:1].size))
    for start in range(0, len(array), rows):
        found = zlib.crc32(np.ascontiguousarray(array[start : start + rows]).data, found)
    return found
