"""The arms' worktrees: repositories of their own that borrow the user's objects, so that nothing of the user's is written to.

A commit is checked out with what belongs to it: tags and branches (a version may follow from them), submodules as it pins
them, and large files. All of it comes from the user's own disk.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lntx.duet import large_files
from lntx.duet.git import Answer, git
from lntx.duet.git_config import borrowed, written
from lntx.duet.repository import SHORT, Repository, quoted
from lntx.duet.submodules import Submodule, pinned, stores
from lntx.errors import InputError, LntxError

_KEPT = ("info/attributes", "info/exclude", "info/sparse-checkout", "shallow")
_STORE, _CHECKOUT = "lntx.store", "lntx.checkout"  # of an arm's settings: where what it borrows lies


@dataclass(frozen=True, slots=True)
class Store:
    """A repository to borrow from: its own folder, further folders of objects, and the user's worktree of it, if there is one."""

    folder: Path
    checkout: Path | None
    objects: tuple[Path, ...] = ()

    def git(self, *words: str) -> Answer:
        """Ask git about it, wherever its worktree may be."""
        return git(self.folder, *words, env={"GIT_DIR": str(self.folder), "GIT_WORK_TREE": str(self.folder)})

    def path(self, name: str) -> Path:
        """Find a file or folder of git's own in it."""
        return Path(self.git("rev-parse", "--path-format=absolute", "--git-path", name).line)

    @property
    def common(self) -> Path:
        """The folder that its worktrees share."""
        return self.path("objects").parent

    @property
    def large(self) -> Path:
        """Where git-lfs keeps its large files."""
        return large_files.store_of(self.folder, self.common)


def store(repository: Repository) -> Store:
    """Borrow from a repository that the user has a worktree of."""
    return Store(repository.folder, repository.root, (repository.objects,) if repository.objects else ())


@contextmanager
def worktree(repository: Repository, commit: str, path: Path) -> Iterator[Path]:
    """Check a commit out to a folder, and leave nothing of it; LntxError, in git's words, where that fails."""
    try:
        check_out(store(repository), commit, path)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def check_out(source: Store, commit: str, path: Path) -> list[str]:
    """Check a commit out to a new folder, with its submodules and large files; say what the user's own checkout lacks, too.

    InputError where the user's checkout has a submodule or a large file that this commit's version of can't be had from disk.
    """
    path.mkdir(parents=True, exist_ok=True)
    _begin(source, path)
    done = git(path, "checkout", "--quiet", "--force", "--detach", "--no-recurse-submodules", commit)
    if done.code:
        raise LntxError(f"git can't check {commit[:SHORT]} out to {path}: {done.why}")
    return [*_large(source, path, None), *(said for one in pinned(path) for said in _submodule(source, path, one))]


def overlay(tree: Path, commit: str, names: Sequence[str]) -> None:
    """Lay files or folders of a commit over a worktree, instead of what it has under these names."""
    for name in names:
        place = tree / name
        with suppress(NotADirectoryError):  # a file in the place of a folder above it
            shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink(missing_ok=True)
        if not git(tree, "ls-tree", "--full-tree", "-z", commit, "--", name).names:
            git(tree, "rm", "--cached", "--force", "--quiet", "-r", "--ignore-unmatch", "--", name)
            continue  # it isn't there, so nothing is
        found = git(tree, "checkout", "--force", "--no-recurse-submodules", commit, "--", name)
        if found.code:
            raise LntxError(f"git can't check {name} of {commit[:SHORT]} out: {found.why}")
    source = _source(tree)
    _large(source, tree, names)
    for one in pinned(tree):
        if one.path in names:
            _submodule(source, tree, one)


def _begin(source: Store, path: Path) -> None:
    """Make a repository that has nothing yet, and finds all that the source has."""
    kind = source.git("rev-parse", "--show-object-format").line or "sha1"
    made = git(path, "init", "--quiet", "--template=", f"--object-format={kind}")
    if made.code:
        raise LntxError(f"git can't make a repository in {path}: {made.why}")
    own = path / ".git"
    (own / "objects" / "info").mkdir(parents=True, exist_ok=True)
    objects = (source.path("objects"), *source.objects)
    (own / "objects" / "info" / "alternates").write_text(
        "".join(f"{quoted(place)}\n" for place in objects), errors="surrogateescape"
    )
    where = [(_STORE, str(source.folder)), *([(_CHECKOUT, str(source.checkout))] if source.checkout else [])]
    with (own / "config").open("a", encoding="utf-8", errors="surrogateescape") as config:
        config.write(written([*borrowed(source.git), *(tuple(one.split("=")) for one in large_files.OFF), *where]))
    for name in _KEPT:
        there = source.path(name)
        if there.is_file():
            (own / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(there, own / name)
    refs = source.git("for-each-ref", "--format=%(objectname) %(refname)").out
    (own / "packed-refs").write_text(refs, encoding="utf-8", errors="surrogateescape")


def _source(tree: Path) -> Store:
    """Find again what an arm borrows from."""
    folder, checkout = (git(tree, "config", name).line for name in (_STORE, _CHECKOUT))
    return Store(Path(folder), Path(checkout) if checkout else None)


def _large(source: Store, tree: Path, names: Sequence[str] | None) -> list[str]:
    """Say of large files that they aren't at hand; InputError where the user's checkout has such a file, though."""
    lacking = large_files.fill(tree, source.large, source.checkout, names)
    for name in lacking:
        own = source.checkout / name if source.checkout else None
        if own and own.is_file() and not large_files.pointed(own):
            raise InputError(
                f"{name} is a large file of Git LFS, and what it was in one of the commits isn't on this disk; "
                "git lfs fetch --all brings it"
            )
    if not lacking:
        return []
    more = f" and {len(lacking) - 1:,} more" if len(lacking) > 1 else ""
    return [f"{lacking[0]}{more}: pointers of Git LFS here, and so in the arms; git lfs pull brings the files"]


def _submodule(source: Store, tree: Path, one: Submodule) -> list[str]:
    """Check a submodule out at its pin, from what the user has of it, and say what that lacks."""
    own = source.checkout / one.path if source.checkout else None
    found = [Store(folder, own) for folder in stores(source.folder, source.common, one, own)]
    having = next((place for place in found if not place.git("cat-file", "-e", f"{one.pin}^{{commit}}").code), None)
    if having is not None:
        return [f"{one.path}: {said}" for said in check_out(having, one.pin, tree / one.path)]
    if own and (own / ".git").exists():
        raise InputError(
            f"the submodule {one.path} hasn't got the commit {one.pin[:SHORT]}, which one of the arms pins; "
            f"git -C {one.path} fetch origin {one.pin} brings it"
        )
    help_ = f"git submodule update --init --recursive {one.path} brings it"
    return [f"the submodule {one.path} isn't checked out here, and so not in the arms: {help_}"]
