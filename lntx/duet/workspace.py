"""Where a gate happens: a temporary folder with one worktree for each arm, at paths of equal length, gone at the end."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lntx.duet.checkout import check_out, store
from lntx.duet.config import PLUGIN
from lntx.duet.repository import Repository
from lntx.errors import InputError, LntxError
from lntx.result import ARMS, Arm

PREFIX = "lntx-gate-"
LOCK = "lntx-gate.lock"
MARK = ".made-by-lntx-gate"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of a gate: a worktree and a cache for each arm, the plugin, and logs.

    `lacking` says what belongs to the commits and isn't there, in the user's own checkout neither.
    """

    folder: Path
    trees: Mapping[Arm, Path]
    lacking: tuple[str, ...] = ()

    @property
    def plugin(self) -> Path:
        """The folder from which workers import the plugin."""
        return self.folder / "plugin"

    def cache(self, arm: Arm) -> Path:
        """A folder for what an arm compiles, which lives as long as the gate."""
        return self.folder / "cache" / arm

    def log(self, arm: Arm, number: int) -> Path:
        """A worker's log."""
        return self.folder / f"{arm}-{number}.log"


@contextmanager
def scratch() -> Iterator[Path]:
    """Make the folder, and leave nothing of it. Call it while holding the machine's lock: it clears what others left."""
    clear()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    try:
        (folder / MARK).touch()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def workspace(repository: Repository, commits: Mapping[Arm, str]) -> Iterator[Workspace]:
    """Make the folder with all that belongs there, while holding the machine's lock."""
    with scratch() as folder:
        yield furnished(folder, repository, commits)


def furnished(folder: Path, repository: Repository, commits: Mapping[Arm, str]) -> Workspace:
    """Check both arms out to a folder, and lay the plugin beside them."""
    source = store(repository)
    said = [one for arm in ARMS for one in check_out(source, commits[arm], folder / arm)]
    found = Workspace(folder, {arm: folder / arm for arm in ARMS}, tuple(dict.fromkeys(said)))
    shutil.copytree(
        Path(__file__).parent / "worker", found.plugin / PLUGIN, ignore=shutil.ignore_patterns("__pycache__")
    )
    return found


def clear() -> None:
    """Remove what gates left that were killed; nobody else's can be there, as only one runs at a time."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if (left / MARK).is_file() and not left.is_symlink():  # a folder of the user's may have such a name
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def exclusive(folder: Path | None = None) -> Iterator[None]:
    """Hold the machine's one lock: two gates would measure each other. InputError, naming who holds it, where one runs.

    The system frees the lock when its holder ends, however it ends.
    """
    path = (folder or Path(tempfile.gettempdir())) / LOCK
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


@contextmanager
def disk_errors() -> Iterator[None]:
    """Say in a line that the disk is full, whoever meets it."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise LntxError(
            f"no room on disk for the gate's worktrees in {tempfile.gettempdir()}; free some, or set TMPDIR"
        ) from error
