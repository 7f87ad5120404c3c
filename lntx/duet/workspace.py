"""Where a gate happens: a temporary folder with one worktree for each arm, at paths of equal length, gone at the end."""

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from lntx.duet.checkout import check_out, store
from lntx.duet.config import PLUGIN
from lntx.duet.repository import Repository
from lntx.errors import InputError, LntxError
from lntx.host import descendants, temporary
from lntx.host.descendants import Adopted
from lntx.result import ARMS, Arm

KIND = "gate"
"""Of the temporary folder, as its name says."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of a gate: a worktree and a cache for each arm, the plugin, and logs.

    `lacking` says what belongs to the commits and isn't there, in the user's own checkout neither. `adopted` ends what workers
    leave running, where somebody sees to that.
    """

    folder: Path
    trees: Mapping[Arm, Path]
    lacking: tuple[str, ...] = ()
    adopted: Adopted | None = None

    @property
    def plugin(self) -> Path:
        """The folder from which workers import the plugin."""
        return self.folder / "plugin"

    def cache(self, arm: Arm) -> Path:
        """A folder for what an arm compiles, which lives as long as the gate."""
        return self.folder / "cache" / arm

    def log(self, arm: Arm) -> Path:
        """The log of an arm's worker, which begins anew with each."""
        return self.folder / f"{arm}.log"

    def working(self) -> AbstractContextManager[None]:
        """Run workers meanwhile: what they leave running is ended with the last of them."""
        return self.adopted.working() if self.adopted else nullcontext()


@contextmanager
def scratch() -> Iterator[tuple[Path, Adopted]]:
    """Make the folder, and leave nothing of it, nor of what runs there; what killed gates left is cleared first.

    InputError where it lies in a folder from which Python can't be told to import.
    """
    if os.pathsep in str(temporary.place().resolve()):
        raise InputError(
            f"the temporary folder {temporary.place()} has a {os.pathsep} in its path; name another in TMPDIR"
        )
    with (
        temporary.folder(KIND, descendants.end_within) as folder,
        descendants.adopting(folder) as adopted,
    ):
        yield folder, adopted


@contextmanager
def workspace(repository: Repository, commits: Mapping[Arm, str]) -> Iterator[Workspace]:
    """Make the folder with all that belongs there, while holding the machine's lock."""
    with scratch() as (folder, adopted):
        yield furnished(folder, repository, commits, adopted)


def furnished(
    folder: Path, repository: Repository, commits: Mapping[Arm, str], adopted: Adopted | None = None
) -> Workspace:
    """Check both arms out to a folder, and lay the plugin beside them."""
    source = store(repository)
    said = [one for arm in ARMS for one in check_out(source, commits[arm], folder / arm)]
    found = Workspace(folder, {arm: folder / arm for arm in ARMS}, tuple(dict.fromkeys(said)), adopted)
    _copy(Path(__file__).parent / "worker", found.plugin / PLUGIN)
    return found


def _copy(package: Path, folder: Path) -> None:
    """Copy a package's source, file by file: what fails comes out as the system says it."""
    for path in sorted(package.rglob("*.py")):
        place = folder / path.relative_to(package)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Say in a line that the disk is full, whoever meets it."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise LntxError(
            f"no room on disk for the gate's worktrees in {temporary.place()}; free some, or set TMPDIR"
        ) from error
