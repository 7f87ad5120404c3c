"""The files that locks are: opened so that nothing else is harmed by it, locked by the system, and saying who holds them.

A lock's file may lie in a folder where anybody may put anything: no link is followed, nothing but a file of lntx's own is
written to, and what stands there is only ever shown.
"""

import errno
import json
import os
import stat
import warnings
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from time import sleep

import psutil
from filelock import lock_descriptor

from lntx.errors import InputError

_KEY = "lntx"
_BEGINNING = f'{{"{_KEY}": '.encode()
_LONGEST = 4096  # bytes that are read of what a holder wrote
_SHOWN = 300  # characters
_TRIES, _WAIT_S = 10, 0.03  # for a holder that is about to write who it is, or to go
_UNLOCKABLE = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF}
"""What a file system without locks says; the last is NFS's where a file can only be read."""
_FLAGS = os.O_RDWR | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_NOCTTY"))


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: a process, what it is (such as `lntx gate`), the folder it works in, and since when (ISO 8601)."""

    pid: int
    what: str
    folder: str
    since: str

    @classmethod
    def here(cls, what: str, folder: Path) -> "Holder":
        """Describe this process."""
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        return cls(os.getpid(), what, os.path.abspath(folder), now)  # noqa: PTH100  (Path.absolute keeps a/../b)

    def __str__(self) -> str:
        """Say who it is, in a few words."""
        since = self.since[:19].replace("T", " ")
        return f"{self.what} (process {self.pid}, in {self.folder}, since {since})"


class Held(Exception):
    """A lock is held by another process; `holder` says by which, None where that isn't known."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__(holder)
        self.holder = holder

    def __str__(self) -> str:
        """Say who it is."""
        return str(self.holder or "another process")


def take(path: Path, own: Holder, *, for_all: bool = False) -> int:
    """Lock a file, which is made where there is none, and write who holds it; its descriptor, which holds it until it is closed.

    for_all: any user may take it next. Raises Held, InputError for what is no file of lntx's, OSError.
    """
    other = None
    for _ in range(_TRIES):
        descriptor = _opened(path, for_all=for_all)
        if descriptor is None:
            continue
        kept = False
        try:
            kept = _locked(path, descriptor) and same(path, descriptor)
            if kept:
                write(descriptor, own)
                return descriptor
            other = _holder(descriptor)
        finally:
            if not kept:
                let_go(descriptor)
        if other and psutil.pid_exists(other.pid):
            break
        sleep(_WAIT_S)
    raise Held(other)


def write(descriptor: int, own: Holder | None) -> None:
    """Say who holds a lock, or that nobody does any more; where that can't be written, it is held all the same."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        if own:
            os.write(descriptor, json.dumps({_KEY: asdict(own)}).encode())


def let_go(descriptor: int) -> None:
    """Close a file that was locked, which frees it, also where the disk takes what was written to it only now, or doesn't."""
    with suppress(OSError):
        os.close(descriptor)


def same(path: Path, descriptor: int) -> bool:
    """Whether a path leads to the very file that is open: a holder may have removed it meanwhile."""
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(follow_symlinks=False), os.fstat(descriptor))
    return False


def _opened(path: Path, *, for_all: bool) -> int | None:
    """Open a lock's file, or make it; None where somebody made or removed it in this moment.

    Another user's may be one that can only be read, which is enough to lock it.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        return _created(path, for_all=for_all)
    except PermissionError:
        descriptor = os.open(path, _FLAGS & ~os.O_RDWR | os.O_RDONLY)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EMLINK, errno.EISDIR, errno.ENXIO}:
            raise _strange(path) from error
        raise
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1 or not _own(descriptor):
        let_go(descriptor)
        raise _strange(path)
    return descriptor


def _created(path: Path, *, for_all: bool) -> int | None:
    try:
        descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        return None
    if for_all and hasattr(os, "fchmod"):
        os.fchmod(descriptor, 0o666)  # whatever the umask is: any user must be able to say who it is
    return descriptor


def _strange(path: Path) -> InputError:
    return InputError(f"can't take the lock {path}: what lies there is no file of lntx's; move it away")


def _locked(path: Path, descriptor: int) -> bool:
    """Lock a file without waiting; on a file system without locks by what stands in it, and with a warning that says so."""
    try:
        return lock_descriptor(descriptor, blocking=False)
    except OSError as error:
        if error.errno not in _UNLOCKABLE:
            raise
    other = _holder(descriptor)
    if other and _at_work(other):
        return False
    warnings.warn(
        f"the file system of {path} has no locks: see to it yourself that no other machine's lntx works there",
        stacklevel=2,
    )
    return True


def _at_work(holder: Holder) -> bool:
    """Whether a holder's process is there still, and none that got its number later."""
    with suppress(psutil.Error, ValueError):
        began = datetime.fromisoformat(holder.since).timestamp()
        return psutil.Process(holder.pid).create_time() < began + 1  # which has no fractions of seconds
    return False


def _own(descriptor: int) -> bool:
    """Whether a file was written here, wholly or, on a full disk, in part."""
    try:
        begun = _begun(descriptor)[: len(_BEGINNING)]
    except PermissionError:  # some systems let nobody read what is locked
        return True
    return _BEGINNING.startswith(begun)


def _begun(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, _LONGEST)


def _holder(descriptor: int) -> Holder | None:
    """Read who holds a lock; None where nobody has said so yet."""
    try:
        found = json.loads(_begun(descriptor))[_KEY]
        pid, *texts = (found[name] for name in ("pid", "what", "folder", "since"))
        if type(pid) is not int or not 0 < pid < 2**31 or not all(isinstance(text, str) for text in texts):
            return None
        return Holder(pid, *(text[:_SHOWN] for text in texts))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
