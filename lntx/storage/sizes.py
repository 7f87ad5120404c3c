"""What a file would take of the memory, told by what it says of itself before it is read.

A file of two megabytes may say that it holds gigabytes: packed zeros, a table of a million empty rows, a header that lies. What a
reader is about to make is held against the memory that is free, and against what the file takes on the disk, before it is made.
"""

import os
import select
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from lntx.errors import InputError

_SHARE = 0.8  # of the free memory: the rest is for what is computed
_SMALL = 2**26  # bytes that any file may take, however small it is
_DENSE = 300  # times that measured data may be larger unpacked; zeros are a thousand times
_PIECE = 2**20
_ENDLESS = 2**28  # bytes that are read of what has no size of its own, such as a pipe
_PATIENCE_S = 10.0  # for who writes to a pipe to begin
PARSED = 6
"""Times that JSON and TOML are larger as objects of Python's."""
_CGROUP = Path("/sys/fs/cgroup")


def free_bytes() -> int:
    """Return how much memory this process may still take: of the machine, or of the group that it is confined to."""
    import psutil  # noqa: PLC0415  (what reads no file needs it not)

    free = int(psutil.virtual_memory().available)
    try:
        most, taken = ((_CGROUP / name).read_text(encoding="ascii") for name in ("memory.max", "memory.current"))
        return min(free, max(int(most) - int(taken), 0))
    except (OSError, ValueError):  # no such group, or one without a limit
        return free


def check(path: Path, needed: int, packed: int | None = None) -> None:
    """Raise InputError for a file that would take more bytes of memory than are free, or far more than on the disk.

    packed is its size on the disk where it holds fewer bytes than it stands for; None where it is as large as what it holds.
    """
    if needed <= _SMALL // 16:
        return
    if packed is not None and needed > max(_SMALL, _DENSE * packed):
        raise InputError(
            f"{path} would be {_size(needed)} from {_size(packed)}, as packed zeros are and no measured data; unpack it yourself "
            "if it is what you want"
        )
    free = free_bytes()
    if needed > _SHARE * free:
        raise InputError(f"{path} would take {_size(needed)} of memory, and {_size(free)} are free; give a part of it")


def check_unpacked(path: Path, opened: Callable[[], Any]) -> None:
    """Raise InputError, as `check` does, for a packed file, of which no size is believed: it is unpacked once, piece by piece."""
    packed, found = path.stat().st_size, 0
    most = max(_SMALL, _DENSE * packed)
    with opened() as stream:
        while piece := stream.read(_PIECE):
            found += len(piece)
            if found > most:
                break
    check(path, found, packed)


def check_whole(path: Path) -> None:
    """Raise InputError for a pipe, socket or device: what is read more than once, or mapped, must be a file. OSError as stat."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise InputError(f"{path} is a pipe, a socket or a device, which can't be read twice; give a file")


def content(path: Path, grows: int = 1) -> bytes:
    """Read a file whole; OSError as reading raises it.

    InputError for one that would not fit into memory `grows` times, or has no end, and for a pipe that nobody writes to.
    """
    with _opened(path) as stream:
        about = os.fstat(stream.fileno())
        if stat.S_ISREG(about.st_mode):
            check(path, grows * about.st_size)
            return stream.read()
        found = stream.read(_ENDLESS)
        if stream.read(1):
            raise InputError(f"{path} goes on and on; give a file")
        return found


def _opened(path: Path) -> IO[bytes]:
    """Open a file to read; of a pipe or a terminal, don't wait for ever for somebody to write."""
    mode = path.stat().st_mode
    if stat.S_ISSOCK(mode):
        raise InputError(f"{path} is a socket; give a file")
    if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        return path.open("rb")
    stream = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    if select.select([stream], [], [], _PATIENCE_S)[0]:
        os.set_blocking(stream.fileno(), True)
        return stream
    stream.close()
    raise InputError(f"{path} is a {'pipe' if stat.S_ISFIFO(mode) else 'device'} to which nobody writes; give a file")


def _size(count: int) -> str:
    for unit, scale in (("GB", 10**9), ("MB", 10**6)):
        if count >= scale:
            return f"{count / scale:.3g} {unit}"
    return f"{count / 1000:.3g} kB"
