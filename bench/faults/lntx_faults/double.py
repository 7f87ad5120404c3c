"""The file system's double: counts what is done to the disk in some folders, and lets one of these operations fail.

It stands in for the calls of `os` and for `open`, through which all of Python's own file handling goes: pathlib, shutil,
tempfile. What is written to a file that somebody opened goes through it as well. Processes that are started have their own.
"""

import builtins
import errno
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import lntx

_LNTX = f"{Path(lntx.__file__).parent.parent}{os.sep}lntx{os.sep}"
_ROOM = f"storage{os.sep}"
NONE = -1
_TAKES_ROOM = {"open", "write", "mkdir", "rename", "link", "symlink"}  # a cut gives room back
_PATHS = {
    "mkdir": "mkdir",
    "rmdir": "rmdir",
    "unlink": "unlink",
    "remove": "unlink",
    "chmod": "chmod",
    "truncate": "cut",
}
_PAIRS = {"rename": "rename", "replace": "rename", "link": "link", "symlink": "symlink"}
_DESCRIPTORS = {"fsync": "fsync", "fdatasync": "fsync", "ftruncate": "cut", "fchmod": "chmod", "pwrite": "write"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass
class Double:
    """Counts operations below some folders; the one of number `fails`, counted from 0, fails with `error`.

    With `lasting`, whatever takes room fails from then on, too, as on a disk that is full and stays so. `seen` and `failed` list
    what was done, and from where in lntx: the innermost place in its code.
    """

    roots: Sequence[Path]
    fails: int = NONE
    error: int = errno.ENOSPC
    lasting: bool = False
    seen: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    _open: dict[int, str] = field(default_factory=dict)
    _writing: set[int] = field(default_factory=set)
    _real: dict[str, Callable[..., Any]] = field(default_factory=dict)

    @contextmanager
    def installed(self) -> Iterator["Double"]:
        """Stand in for the file system."""
        names = ("open", "close", "write", "sendfile", "copy_file_range", *_PATHS, *_PAIRS, *_DESCRIPTORS)
        self._real = {name: getattr(os, name) for name in names if hasattr(os, name)}
        opened = io.open
        try:
            for name in self._real:
                setattr(os, name, self._double(name))
            io.open = builtins.open = self._opening(opened)
            yield self
        finally:
            for name, call in self._real.items():
                setattr(os, name, call)
            io.open = builtins.open = opened

    def _double(self, name: str) -> Callable[..., Any]:
        real = self._real[name]

        def by_path(path: Any, *more: Any, **options: Any) -> Any:
            self._count(_PATHS[name], self._named(path, options.get("dir_fd")))
            return real(path, *more, **options)

        def by_paths(source: Any, target: Any, *more: Any, **options: Any) -> Any:
            self._count(_PAIRS[name], self._named(target, options.get("dst_dir_fd")))
            return real(source, target, *more, **options)

        def by_descriptor(descriptor: Any, *more: Any) -> Any:
            self._count(_DESCRIPTORS[name], self._open.get(descriptor))
            return real(descriptor, *more)

        kinds: dict[str, Callable[..., Any]] = {**dict.fromkeys(_PATHS, by_path), **dict.fromkeys(_PAIRS, by_paths)}
        kinds |= dict.fromkeys(_DESCRIPTORS, by_descriptor)
        own: dict[str, Callable[..., Any]] = {"open": self._os_open, "close": self._os_close, "write": self._os_write}
        return own.get(name) or kinds.get(name) or self._copying(name)

    def _copying(self, name: str) -> Callable[..., Any]:
        """Stand in for calls that copy from one descriptor to another."""
        real, target = self._real[name], {"sendfile": 0, "copy_file_range": 1}[name]

        def copied(*given: Any, **options: Any) -> Any:
            self._count("write", self._open.get(given[target]))
            return real(*given, **options)

        return copied

    def _os_open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        where, writing = self._named(path, dir_fd), bool(flags & _WRITING)
        if writing:
            self._count("open", where)
        descriptor: int = self._real["open"](path, flags, mode, dir_fd=dir_fd)
        if where and self._below(where):
            self._open[descriptor] = where  # also of a folder, which is read alone, and may be brought to the disk
            self._writing |= {descriptor} if writing else set()
        return descriptor

    def _os_close(self, descriptor: int) -> None:
        where, writing = self._open.pop(descriptor, None), descriptor in self._writing
        self._writing.discard(descriptor)
        self._real["close"](descriptor)
        if writing:
            self._count("close", where)  # what was written may be refused here, as on network file systems

    def _os_write(self, descriptor: int, content: Any) -> int:
        where = self._open.get(descriptor)
        try:
            self._count("write", where)
        except OSError:
            self._real["write"](descriptor, memoryview(content).cast("B")[: len(memoryview(content).cast("B")) // 2])
            raise
        written: int = self._real["write"](descriptor, content)
        return written

    def _opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(file: Any, mode: str = "r", *more: Any, **options: Any) -> Any:
            where = None if isinstance(file, int) else self._named(file, None)
            if where is None or not set(mode) & set("wax+") or not self._below(where):
                return real(file, mode, *more, **options)
            return _stream(file, mode, *more, **options)

        return opened

    def _named(self, path: Any, folder: int | None) -> str | None:
        if isinstance(path, int):
            return self._open.get(path)
        name = os.fsdecode(path)
        if folder is not None and not os.path.isabs(name):
            name = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), name)
        return os.path.abspath(name)

    def _below(self, where: str) -> bool:
        return any(where == str(root) or where.startswith(f"{root}{os.sep}") for root in self.roots)

    def _count(self, what: str, where: str | None) -> None:
        """Count an operation, if it is in one of the folders, and raise OSError where it is its turn to fail."""
        if where is None or not self._below(where):
            return
        number = len(self.seen)
        self.seen.append((what, _site()))
        if number == self.fails or (self.lasting and NONE < self.fails < number and what in _TAKES_ROOM):
            self.failed.append(self.seen[-1])
            raise OSError(self.error, os.strerror(self.error), where)


def _site() -> str:
    """Name the innermost place in lntx's code that is at work, and who asked for it where that is the room that writes."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  (as inspect does)
    found: list[str] = []
    while frame:
        name = frame.f_code.co_filename.removeprefix(_LNTX)
        if name != frame.f_code.co_filename and not (found and name.startswith(_ROOM)):
            found.append(f"{name}:{frame.f_lineno}")
            if not name.startswith(_ROOM):
                break
        frame = frame.f_back
    return " for ".join(found) or "elsewhere"


class _Raw(io.RawIOBase):
    """An open file whose every call goes through `os`."""

    def __init__(self, descriptor: int, name: Any) -> None:
        self._descriptor, self.name = descriptor, name

    def fileno(self) -> int:
        return self._descriptor

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = os.read(self._descriptor, len(buffer))
        buffer[: len(read)] = read
        return len(read)

    def write(self, content: Any) -> int:
        return os.write(self._descriptor, content)

    def seek(self, offset: int, whence: int = 0) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def truncate(self, size: int | None = None) -> int:
        size = self.tell() if size is None else size
        os.ftruncate(self._descriptor, size)
        return size

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.close(self._descriptor)


def _stream(
    file: Any,
    mode: str,
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Callable[[str, int], int] | None = None,
) -> Any:
    """Open a file as `open` does, through `os`."""
    del closefd  # of descriptors, which aren't opened here
    reading = "+" in mode
    flags = (os.O_RDWR if reading else os.O_WRONLY) | os.O_CLOEXEC
    flags |= {"w": os.O_CREAT | os.O_TRUNC, "a": os.O_CREAT | os.O_APPEND, "x": os.O_CREAT | os.O_EXCL, "r": 0}[
        next(letter for letter in mode if letter in "waxr")
    ]
    raw = _Raw(opener(file, flags) if opener else os.open(file, flags, 0o666), file)
    if buffering == 0:
        return raw
    buffered = (io.BufferedRandom if reading else io.BufferedWriter)(raw)
    return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)
