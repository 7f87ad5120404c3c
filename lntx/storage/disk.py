"""Files written whole or not at all: the one place that writes what a user keeps.

A file appears in one move: its content goes to a draft in the same folder, which takes the file's place when all of it is on the
disk. A reader never meets half a file, whatever dies, and a full disk leaves what was there before. `places` says where none
may be written.
"""

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time

from lntx.errors import InputError
from lntx.storage import places, sizes

DRAFT = ".lntx-draft-"
"""How the name of a draft begins; one that is left belongs to a process that was killed as it wrote."""
_NEW = 0o666  # less what the umask takes
_SAFELY = sum(getattr(os, name, 0) for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY"))
_UNSYNCED = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}  # what a file system says that has nothing to bring to a disk
_LEFT_S = 600.0  # seconds after which no draft is being written any more


def write_text(path: Path, text: str) -> None:
    """Replace a file's text in one move; InputError, with the file as it was, where that can't be done."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file in one move, and have it on the disk; InputError, with the file as it was, where that can't be done."""
    write_all({path: content})


def write_all(files: Mapping[Path, bytes], *, within: Path | None = None, lasting: bool = True) -> None:
    """Replace files, each in one move and in their order, once there is room for all of them; their folders are made.

    A file keeps its mode. InputError, with all files as they were, for what can't be written, is a symbolic link or no file,
    and, of the folders between `within` and a file, for one that is a symbolic link; where a move fails, which takes no room,
    those before it are new. lasting: what is written must outlive a machine that stops; else it could be made again.
    """
    made: list[Path] = []
    drafts: dict[Path, Path] = {}
    with _cleared(made, drafts):
        for path, content in files.items():
            with places.told(path):
                places.free(path, within)
                _make(path.parent, made)
                drafts[path] = _draft(path, content, lasting=lasting)
        for path in files:
            with places.told(path):
                os.replace(drafts[path], path)  # noqa: PTH105  (Path.replace, in a name that no string has)
                del drafts[path]
    folders = dict.fromkeys(path.parent for path in files)
    for folder in dict.fromkeys([*folders, *(one.parent for one in made)]) if lasting else ():
        with places.told(folder):
            _sync_folder(folder)
    for folder in folders:
        _sweep(folder)


def append(path: Path, text: str, *, lasting: bool = True, anywhere: bool = False) -> None:
    """Add text to a file, which is made where there is none; lasting: and have it on the disk.

    InputError, with the file as it was, where that can't be done, and for a symbolic link or what is no file: but anywhere,
    where somebody says so, such as to a stream.
    """
    safely = _SAFELY & ~getattr(os, "O_NOFOLLOW", 0) if anywhere else _SAFELY
    with places.told(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | safely, _NEW)
        try:
            about = os.fstat(descriptor)
            if not anywhere:
                places.regular(path, about)
            try:
                _put(descriptor, text.encode("utf-8", "backslashreplace"))
                if lasting:
                    _sync(descriptor)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(descriptor, about.st_size)  # half a line would be taken for one
                raise
        finally:
            os.close(descriptor)


def cut(path: Path, size: int) -> None:
    """Cut a file off behind so many bytes, and have that on the disk; InputError as `append`."""
    with places.told(path):
        descriptor = os.open(path, os.O_WRONLY | _SAFELY)
        try:
            places.regular(path, os.fstat(descriptor))
            os.ftruncate(descriptor, size)
            _sync(descriptor)
        finally:
            os.close(descriptor)


def remove(path: Path, within: Path) -> None:
    """Remove a file below a folder, if it is one and no link leads there; what can't be removed stays."""
    with suppress(OSError, InputError):
        places.unlinked(path, within)
        places.regular(path, path.lstat())
        path.unlink()


def splice(path: Path, begin: str, end: str, text: str) -> None:
    """Put text between two markers of a page, instead of what stands there.

    InputError for a page that can't be read or hasn't got both markers, once and in this order; it is left as it is.
    """
    try:
        page = sizes.content(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"can't read {path}: {getattr(error, 'strerror', 'it is no UTF-8')}") from error
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise InputError(f"{path} has no place for the tables: put {begin} and {end} on lines of their own, once")
    before, _, rest = page.partition(begin)
    write_text(path, f"{before}{begin}\n{text.strip()}\n{end}{rest.partition(end)[2]}")


@contextmanager
def _cleared(made: list[Path], drafts: Mapping[Path, Path]) -> Iterator[None]:
    """Where something fails, take away the drafts and the folders that were made for them."""
    try:
        yield
    except BaseException:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink()
        for folder in reversed(made):
            with suppress(OSError):  # something is in it
                folder.rmdir()
        raise


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it, and note which."""
    missing = []
    for one in (folder, *folder.parents):
        if places.there(one):
            break
        missing.append(one)
    for one in reversed(missing):
        with suppress(FileExistsError):  # another process was as fast
            one.mkdir()
            made.append(one)


def _draft(path: Path, content: bytes, *, lasting: bool) -> Path:
    """Write what a file will hold to another one beside it, of the same mode; leave none where that fails."""
    draft = path.with_name(f"{DRAFT}{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY, _NEW)
    try:
        try:
            with suppress(FileNotFoundError):
                os.chmod(draft, stat.S_IMODE(path.stat().st_mode))  # noqa: PTH101  (as all calls here)
            _put(descriptor, content)
            if lasting:
                _sync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    return draft


def _put(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSYNCED:
            raise


def _sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk: else a file that was moved there may be gone when a machine stops."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except PermissionError:  # it may be written to, and not read
        return
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Remove the drafts that killed processes left."""
    before = time() - _LEFT_S
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(DRAFT) and entry.stat(follow_symlinks=False).st_mtime < before:
                os.unlink(entry.path)  # noqa: PTH108  (a link goes itself)
