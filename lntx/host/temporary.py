"""Temporary folders: each has its owner, goes with it, and is cleared by the next one where its owner was killed.

A folder is marked by a file that its owner holds locked. The system frees the lock when the owner ends, however it ends, so that
neither a number that another process has by now, nor a process in another container that shares the folder, is mistaken.
"""

import atexit
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import psutil
from filelock import lock_descriptor

from lntx.errors import InputError
from lntx.host import lock_files

PREFIX = "lntx-"
MARK = ".lntx-owner"
"""The file in a folder that its owner holds locked; it says which process that is, and since when. Others add theirs."""
_VARIABLES = ("TMPDIR", "TEMP", "TMP")
_USUAL = ("/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108  (where Python looks)
_FLAGS = os.O_RDWR | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC"))


def place() -> Path:
    """Find where temporary folders go; InputError where there is no such place.

    Python would take the working directory then, which is somebody's repository.
    """
    try:
        found = tempfile.gettempdir()
    except FileNotFoundError as error:
        raise _nowhere() from error
    named = [os.path.abspath(os.environ[name]) for name in _VARIABLES if os.environ.get(name)]  # noqa: PTH100  (as Python does)
    if os.name == "posix" and found not in (*named, *_USUAL) and found == _working():
        raise _nowhere()
    return Path(found)


@contextmanager
def folder(kind: str, forget: Callable[[Path], None] = lambda _left: None) -> Iterator[Path]:
    """Make a folder, and leave nothing of it; what killed owners of this kind left is cleared first.

    `forget` hears of each folder that is cleared, while it is still there. InputError where none can be made.
    """
    where = place()
    clear(kind, where, forget)
    made, mark = _made(kind, where)
    try:
        yield made
    finally:
        lock_files.let_go(mark)  # some systems remove no file that is open
        remove(made)


def lasting(kind: str, inside: Path | None = None) -> Path:
    """Make a folder that stays as long as this process, and those that `hold` it; InputError where none can be made."""
    where = inside or place()
    clear(kind, where)
    made, mark = _made(kind, where)
    _until_exit(made, made / MARK, mark)
    return made


def hold(folder: Path) -> None:
    """Keep a folder that another process made with `lasting` as long as this process, too: the last of them removes it."""
    with suppress(OSError):  # on a full disk it stays as long as whoever made it
        mark, name = tempfile.mkstemp(prefix=f"{MARK}-", dir=folder)
        with suppress(OSError):  # a file system without locks
            lock_descriptor(mark, blocking=False)
        _until_exit(folder, Path(name), mark)


def _until_exit(folder: Path, own: Path, mark: int) -> None:
    """Hold a mark until this process ends, and remove the folder then, where nobody else holds one."""

    def end(owner: int = os.getpid()) -> None:
        if os.getpid() == owner:  # a fork of it has no say
            lock_files.let_go(mark)
            if not any(_held(other) for other in _marks(folder) if other != own):
                remove(folder)

    atexit.register(end)


def clear(kind: str, where: Path, forget: Callable[[Path], None] = lambda _left: None) -> None:
    """Remove this user's folders of a kind whose owners are gone; what bears no mark, or is in use, is left alone."""
    with suppress(OSError):
        for left in list(where.glob(f"{PREFIX}{kind}-*")):
            with suppress(OSError):
                _clear(left, forget)


def remove(folder: Path) -> None:
    """Remove a folder as far as that can be done, also what was made unwritable in it; links are not followed."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.is_dir() or folder.is_symlink():
        return
    with suppress(OSError):
        folder.chmod(stat.S_IRWXU)
    for above, folders, _ in os.walk(folder):
        for path in (Path(above) / name for name in folders):
            with suppress(OSError):
                if not path.is_symlink():
                    path.chmod(stat.S_IRWXU)  # before it is looked into
    shutil.rmtree(folder, ignore_errors=True)


def _made(kind: str, where: Path) -> tuple[Path, int]:
    """Make a folder, and give its mark's descriptor, which holds it."""
    made = None
    try:
        made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{kind}-", dir=where)).resolve()
        draft = made / f"{MARK}.new"
        mark = os.open(draft, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        if made:
            remove(made)
        raise InputError(
            f"no temporary folder can be made in {where}: {error.strerror}; name another in TMPDIR"
        ) from error
    with suppress(OSError):  # on a full disk it is held all the same
        os.write(mark, json.dumps(_owner()).encode())
    with suppress(OSError):  # a file system without locks, in which such a folder is cleared by nobody
        lock_descriptor(mark, blocking=False)
    with suppress(OSError):  # held before anybody may find it; on Windows it can't be renamed, and stays as it is
        draft.rename(made / MARK)
    return made, mark


def _owner() -> dict[str, object]:
    """Describe this process, for people who find what it left."""
    started = datetime.fromtimestamp(psutil.Process().create_time()).astimezone()
    return {"pid": os.getpid(), "started": started.isoformat(timespec="seconds")}


def _clear(left: Path, forget: Callable[[Path], None]) -> None:
    """Remove a folder if it is this user's and nobody holds its mark; OSError for what isn't."""
    about = left.lstat()
    if not stat.S_ISDIR(about.st_mode) or (hasattr(os, "getuid") and about.st_uid != os.getuid()):
        return
    if not any(_held(mark) for mark in _marks(left)):
        forget(left)
        remove(left)


def _marks(folder: Path) -> list[Path]:
    """Return the marks of a folder: of whoever made it, and of others who hold it."""
    return [folder / MARK, *folder.glob(f"{MARK}-*")]


def _held(mark: Path) -> bool:
    """Tell whether a mark's process is there; so is it taken to be where that can't be found out."""
    try:
        opened = os.open(mark, _FLAGS)
    except OSError:
        return True
    try:
        return not (stat.S_ISREG(os.fstat(opened).st_mode) and lock_descriptor(opened, blocking=False))
    except OSError:
        return True
    finally:
        lock_files.let_go(opened)


def _working() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109  (as Python does)
    except FileNotFoundError:
        return None


def _nowhere() -> InputError:
    return InputError("there is no temporary folder that can be written to; name one in TMPDIR")
