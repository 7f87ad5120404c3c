"""Changes that are in no commit: the user's worktree as a commit of its own, made without touching what is the user's.

What git would add is taken: edits, staged or not, deletions, modes, links, and untracked files that aren't ignored. A copy of the
index learns of them, and what is new goes to a folder of objects beside the repository, so that index, refs, stash and worktree
stay as they are, to the byte.
"""

import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from lntx.duet import large_files
from lntx.duet.git import Answer, git
from lntx.duet.repository import Repository, quoted
from lntx.errors import InputError

_LEFT_BEHIND = {"__pycache__", ".pytest_cache", ".benchmarks", ".hypothesis", ".mypy_cache", ".ruff_cache", ".coverage"}
"""What running a suite leaves in a worktree: it follows from the files, and is none of the change."""
_COMPILED = {".so", ".pyd", ".dylib"}
"""Endings of what a build leaves beside its sources: head alone would have it, though base can be built just as well."""
_LARGEST = 2**28
"""Bytes of an untracked file from which on it isn't copied: git writes and reads it several times, a minute a gigabyte."""
_SETTINGS = (
    "core.splitIndex=false",  # else the index's other half would be written beside the user's
    "core.untrackedCache=false",
    "core.safecrlf=false",
    "core.looseCompression=0",  # they are read twice and thrown away
    "core.compression=0",
    "advice.addEmbeddedRepo=false",
    *large_files.OFF,
)
_NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "lntx gate"), ("EMAIL", "gate@localhost"), ("DATE", "2000-01-01T00:00:00+0000"))
}


@dataclass(frozen=True, slots=True)
class Edits:
    """What the worktree has on top of the commit `onto`.

    `commit` is the worktree as a commit, `onto` itself where nothing differs. `files` are those that differ, a renamed one by
    its new name; `inside` says of which folders the own changes aren't in it: submodules with edits, and other repositories.
    `compiled` are files that a build has left, which aren't in it either, nor are `large` ones that aren't tracked, and `hidden`
    edits, of files that git was told to look away from.
    """

    commit: str
    onto: str
    files: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    compiled: tuple[str, ...] = ()
    large: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


def count(repository: Repository, beside: Sequence[Path] = ()) -> int:
    """Count the changes that are in no commit; what the gate itself writes (`beside`) is none."""
    tracked, untracked = _status(repository)
    return tracked + len(_counting(untracked, _ours(repository, beside)))


def taken(repository: Repository, folder: Path, beside: Sequence[Path] = ()) -> tuple[Repository, Edits]:
    """Take the worktree as it is now; the repository that has its objects too, which lie in a folder, and what differs.

    InputError, in git's words, for what can't be taken: a file that can't be read, a merge on its way.
    """
    onto = repository.commit("HEAD")
    inside = tuple(f"the submodule {name}" for name in _edited_submodules(repository))
    ours, (tracked, untracked) = _ours(repository, beside), _status(repository)
    compiled = tuple(name for name in untracked if PurePosixPath(name).suffix in _COMPILED)
    new = _counting(untracked, ours)
    large = [name for name in new if _size(repository.root / name) > _LARGEST]
    clean = Edits(onto, onto, (), inside, compiled, tuple(large), tuple(_hidden(repository)))
    ours += large
    if not tracked and len(new) == len(large):
        return repository, clean
    objects = folder / "objects"
    objects.mkdir()
    snapshot = _Snapshot(repository, folder / "index", objects)
    nested = snapshot.take(ours)
    both = replace(repository, objects=objects)
    tree = snapshot.said("write-tree").line
    inside = (*inside, *(f"the repository {name}" for name in nested))
    if tree == both.git("rev-parse", f"{onto}^{{tree}}").line:
        return repository, replace(clean, inside=inside)
    commit = snapshot.said("commit-tree", "--no-gpg-sign", "-p", onto, "-m", "changes in no commit", tree).line
    files = both.git("diff", "--name-only", "--find-renames", "--no-ext-diff", "-z", onto, commit).names
    return both, replace(clean, commit=commit, files=tuple(files), inside=inside)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A copy of the index in a file of its own, and a folder for what it adds."""

    repository: Repository
    index: Path
    objects: Path

    def take(self, ours: Sequence[str]) -> list[str]:
        """Let the index have what the worktree has, but for some paths that aren't tracked; repositories inside are named."""
        there = Path(self._git("rev-parse", "--path-format=absolute", "--git-path", "index").line)
        if there.is_file():
            shutil.copy2(there, self.index)  # with its time, by which git tells what may have changed in the same tick
        if unmerged := self._git("ls-files", "--unmerged", "-z", env=self._env).names:
            name = unmerged[0].partition("\t")[2]
            raise InputError(
                f"{name} is in the middle of a merge; resolve it, or name the commit that is judged: lntx gate BASE HEAD"
            )
        self.said("add", "--update", *self._sparse)
        untracked = self.said("ls-files", "--others", "--exclude-standard", "--full-name", "-z").names
        nested = [name.rstrip("/") for name in untracked if name.endswith("/")]
        new = [name for name in _counting(untracked, ours) if not name.endswith("/")]
        self.said("update-index", "--add", "--replace", "-z", "--stdin", data="".join(f"{name}\0" for name in new))
        for mode, blob, name in large_files.unchanged(self.repository, self._git, self._env):
            self.said("update-index", "--cacheinfo", f"{mode},{blob},{name}")
        return nested

    @property
    def _env(self) -> Mapping[str, str]:
        own = Path(self._git("rev-parse", "--path-format=absolute", "--git-path", "objects").line)
        return {
            "GIT_INDEX_FILE": str(self.index),
            "GIT_OBJECT_DIRECTORY": str(self.objects),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": quoted(own),
            **_NOBODY,
        }

    @property
    def _sparse(self) -> list[str]:
        """Let files count that lie where a sparse checkout would have none."""
        return ["--sparse"] if self._git("config", "--bool", "core.sparseCheckout").line == "true" else []

    def said(self, *words: str, data: str = "") -> Answer:
        """Ask git with that index and folder; InputError where it can't."""
        found = self._git(*words, env=self._env, data=data)
        if found.code:
            raise InputError(
                f"git can't take the changes in {self.repository.root}: {found.why}; commit them, or mend that"
            )
        return found

    def _git(self, *words: str, env: Mapping[str, str] | None = None, data: str = "") -> Answer:
        return git(self.repository.root, *words, env=env, data=data, settings=_SETTINGS)


def _ours(repository: Repository, beside: Sequence[Path]) -> list[str]:
    """Name what the gate writes, from the repository's root."""
    root = repository.root.resolve()
    found = [path.resolve() for path in beside]
    return [path.relative_to(root).as_posix() for path in found if path != root and path.is_relative_to(root)]


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _hidden(repository: Repository) -> list[str]:
    """Name the files with edits that git was told to look away from: assumed to be unchanged, or none of the worktree's."""
    listed = git(repository.root, "ls-files", "-v", "-z").names
    flagged = [entry[2:] for entry in listed if entry[:1].islower() or entry.startswith("S ")]
    there = [name for name in flagged if (repository.root / name).is_file() and "\n" not in name]
    if not there:
        return []
    known = git(repository.root, "ls-files", "--stage", "-z", "--", *there).names
    blobs = {entry.partition("\t")[2]: entry.split(" ")[1] for entry in known}
    own = git(repository.root, "hash-object", "--stdin-paths", data="".join(f"{name}\n" for name in there)).out.split()
    return [name for name, blob in zip(there, own, strict=False) if blobs.get(name) != blob]


def _status(repository: Repository) -> tuple[int, list[str]]:
    """Count the tracked files with changes, and list those that aren't tracked; a repository inside ends in a slash."""
    found = git(repository.root, "status", "--porcelain", "--no-renames", "--untracked-files=all", "-z").names
    untracked = [entry[3:] for entry in found if entry.startswith("?? ")]
    return len(found) - len(untracked), untracked


def _counting(untracked: Sequence[str], ours: Sequence[str]) -> list[str]:
    """Choose the untracked files that are part of the change: virtual environments aren't."""
    environments = [name.removesuffix("/pyvenv.cfg") for name in untracked if name.endswith("/pyvenv.cfg")]
    return [name for name in untracked if not _passed_over(PurePosixPath(name), {*ours, *environments})]


def _passed_over(path: PurePosixPath, folders: Collection[str]) -> bool:
    if path.suffix in {".pyc", ".pyo", *_COMPILED} or not _LEFT_BEHIND.isdisjoint(path.parts):
        return True
    return any(str(above) in folders for above in (path, *path.parents))


def _edited_submodules(repository: Repository) -> list[str]:
    """Name the submodules whose own files have changes in no commit of theirs."""
    found = git(repository.root, "status", "--porcelain=v2", "--no-renames", "--ignore-submodules=none", "-z").names
    entries = [entry.split(" ", 8) for entry in found if entry.startswith("1 ")]
    edited = [entry[8] for entry in entries if entry[2].startswith("S") and set(entry[2]) & {"M", "U"}]
    return [name for name in edited if count(Repository(repository.root / name))]
