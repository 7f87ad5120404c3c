"""Where files may be written, and what is said where they can't be.

No symbolic link is written through: in a folder of results anybody may have put one, and it may lead to somebody else's files.
A folder that the user names may be one; what is written in it, under names that nobody chose, may not.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from lntx.errors import InputError

_ABSENT = (FileNotFoundError, NotADirectoryError)
_ROOM = "free some room, or choose another folder"
_HELP = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _ROOM),
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
}


def check_folder(folder: Path, *own: str) -> None:
    """Raise InputError for a folder that can't be written to, before anything is computed; nothing is left there.

    own are the files that will be written in it, and the folders, which end in a slash, under names that nobody chose.
    """
    try:
        place = next(one for one in (folder, *folder.parents) if there(one))
        if not place.is_dir():
            raise InputError(f"can't write to {folder}: {place} is a file, not a folder")
        for name in own:
            unlinked(folder / name / "any", folder)
            if there(folder / name):
                _fits(folder / name, is_folder=name.endswith("/"))
        with TemporaryFile(dir=place) as stream:  # permissions alone don't tell: a superuser has them everywhere
            stream.write(b"\0")
            stream.flush()
    except OSError as error:
        raise InputError(f"can't write to {folder}: {_reason(error)}") from error


def _fits(path: Path, *, is_folder: bool) -> None:
    """Raise InputError where a folder stands in the place of a file, a file in that of a folder, or what is neither in any."""
    if not is_folder:
        regular(path, path.lstat())
    elif not path.is_dir():
        raise InputError(f"can't write to {path}: what lies there is no folder; move it away, or choose another folder")


def check_file(path: Path) -> None:
    """Raise InputError for a file that can't be written, before anything is computed; nothing is left there."""
    with told(path):
        if path.is_dir() and not path.is_symlink():
            raise InputError(f"can't write {path}: it is a folder; name a file in it")
        free(path, None)
    check_folder(path.parent)


def free(path: Path, within: Path | None) -> None:
    """Raise InputError or OSError for a place that no file of lntx's may take: a link, what is no file, what nobody may write.

    Of the folders between `within` and the path, too, none may be a link.
    """
    if within is not None:
        unlinked(path, within)
    try:
        about = path.lstat()
    except _ABSENT:
        return
    if stat.S_ISLNK(about.st_mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    regular(path, about)
    if not os.access(path, os.W_OK):  # taking its place needs no permission, but somebody wants it to stay as it is
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def regular(path: Path, about: os.stat_result) -> None:
    """Raise InputError for what is no file: a folder, a pipe, a device."""
    if not stat.S_ISREG(about.st_mode):
        raise InputError(f"can't write {path}: what lies there is no file; move it away, or choose another name")


def unlinked(path: Path, within: Path) -> None:
    """Raise InputError where a folder below `within`, and above the path, is a symbolic link."""
    above = path.parents
    for folder in reversed(above[: above.index(within)]):
        if folder.is_symlink():
            raise InputError(
                f"can't write to {folder}: it is a symbolic link, and what it leads to may be somebody else's; "
                "remove it, or choose another folder"
            )


def there(path: Path) -> bool:
    """Whether there is anything, be it a link that leads nowhere; OSError for what can't be a name."""
    try:
        path.lstat()
    except _ABSENT:
        return False
    return True


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say in a line, as an InputError, that a file can't be written, and why."""
    try:
        yield
    except OSError as error:
        raise InputError(f"can't write {path}: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "a symbolic link stands there; remove it, or name the file that it leads to"
    return f"{error.strerror or error}; {_HELP.get(error.errno or 0, 'choose another folder')}"
