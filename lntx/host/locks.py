"""Locks: one process measures on a machine, and one writes to an output folder; whoever comes second is told who runs.

The machine's lock lies where every user finds it, whatever TMPDIR is: two that measure at once would measure each other. A
folder's lies in the folder. Neither is waited for. The system frees them when their holder ends, however it ends.

What a holder starts may measure in turn: a suite under the gate may run `lntx bench` itself. So the machine's lock keeps out
no descendant of its holder. The variable LNTX_LOCKS names another folder for it, for what is kept apart by other means.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from lntx.errors import InputError
from lntx.host import lock_files, temporary
from lntx.host.lock_files import Held, Holder

VARIABLE = "LNTX_LOCKS"
NAME = ".lntx.lock"
"""The lock's file in an output folder; it is there while somebody works in it."""
MACHINE = "lntx-measuring.lock"
"""The file of the machine's lock."""
_SHARED = Path("/tmp")  # noqa: S108  (the folder that all users of a machine share; lock_files says what may lie there)
_ELSEWHERE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.ENOSPC, errno.EDQUOT}


@contextmanager
def machine(what: str, folder: Path, why: str = "two would measure each other") -> Iterator[None]:
    """Hold the machine's lock, as what works in a folder; InputError, naming who holds it and why, where another does."""
    descriptor = None
    try:
        descriptor = _machine(Holder.here(what, folder))
    except Held as held:
        if not (held.holder and _descends_from(held.holder.pid)):
            raise InputError(f"{held} measures on this machine already; {why}: wait until it is done") from None
    try:
        yield
    finally:
        if descriptor is not None:
            lock_files.write(descriptor, None)
            lock_files.let_go(descriptor)


@contextmanager
def output(folder: Path, what: str) -> Iterator[None]:
    """Hold the lock of a folder that is written to; InputError, naming who holds it, where another process does.

    The folder is made, with those above it. At the end the lock's file goes, and of the folders that were made those that are
    still empty.
    """
    path, descriptor, made = folder / NAME, -1, list[Path]()
    try:
        try:
            made += [one for one in (folder.absolute(), *folder.absolute().parents) if not one.exists()]
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = lock_files.take(path, Holder.here(what, folder))
        except Held as held:
            raise InputError(
                f"{held} writes to {folder} already; wait until it is done, or choose another folder with -o"
            ) from None
        except OSError as error:
            raise InputError(f"can't write to {folder}: {error.strerror}; choose another folder with -o") from error
        yield
    finally:
        if descriptor >= 0:
            with suppress(OSError):
                if lock_files.same(path, descriptor):
                    path.unlink()
            lock_files.let_go(descriptor)
        for one in made:
            with suppress(OSError):  # it is in use
                one.rmdir()


def _machine(own: Holder) -> int:
    """Take the machine's lock: in the first place where that can be done."""
    *better, last = _places()
    for place in better:
        try:
            return lock_files.take(place / MACHINE, own, for_all=True)
        except OSError as error:
            if error.errno not in _ELSEWHERE:
                raise _untaken(place, error) from error
    try:
        return lock_files.take(last / MACHINE, own, for_all=True)
    except OSError as error:
        raise _untaken(last, error) from error


def _places() -> list[Path]:
    """List where the machine's lock may lie: the second only where no file can be made in the first."""
    if named := os.environ.get(VARIABLE):
        return [Path(named)]
    return [*([_SHARED] if _SHARED.is_dir() else []), temporary.place()]


def _untaken(place: Path, error: OSError) -> InputError:
    return InputError(
        f"can't take the lock {place / MACHINE}: {error.strerror}; {VARIABLE} names another folder for it"
    )


def _descends_from(pid: int) -> bool:
    """Whether a process is this one's parent, or a parent's parent, at any height."""
    with suppress(psutil.Error):
        return pid in {one.pid for one in psutil.Process().parents()}
    return False
