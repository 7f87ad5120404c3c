"""Git LFS: commits hold pointers, and what they point to lies in a store of its own.

git-lfs needn't be installed, nor a network be there: what the user's own checkout or its store has is copied, and what neither
has is told.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lntx.duet.git import Answer, git
from lntx.duet.repository import Repository
from lntx.storage import sizes

OFF = ("filter.lfs.clean=", "filter.lfs.smudge=", "filter.lfs.process=", "filter.lfs.required=false")
"""Settings without which git asks git-lfs, and that the network."""
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-.*\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n"
)
_LONGEST = 1024  # bytes of a pointer
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Pointer:
    """What stands in a commit for a large file: its SHA-256 and its bytes."""

    oid: str
    size: int

    @classmethod
    def of(cls, content: bytes) -> "Pointer | None":
        """Read a pointer; None for anything else."""
        found = _POINTER.fullmatch(content) if len(content) <= _LONGEST else None
        return cls(found[1].decode(), int(found[2])) if found else None

    def stands_for(self, path: Path) -> bool:
        """Whether a file is what it points to."""
        try:
            if path.is_symlink() or path.stat().st_size != self.size:
                return False
            found = hashlib.sha256()
            with path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    found.update(chunk)
        except OSError:
            return False
        return found.hexdigest() == self.oid


def fill(tree: Path, store: Path, checkout: Path | None, names: Sequence[str] | None = None) -> list[str]:
    """Put large files where a worktree has their pointers, those of `names` alone; name those that neither place has.

    `store` is the folder in which git-lfs keeps them, `checkout` the user's own worktree.
    """
    lacking = []
    for name in _tracked(tree, names):
        path = tree / name
        pointer = _read(path)
        if pointer is None:
            continue
        places = [store / pointer.oid[:2] / pointer.oid[2:4] / pointer.oid, *([checkout / name] if checkout else [])]
        found = next((place for place in places if pointer.stands_for(place)), None)
        if found is None:
            lacking.append(name)
        else:
            path.unlink()  # it may be a link to what others use
            shutil.copyfile(found, path)
    return lacking


def store_of(folder: Path, common: Path) -> Path:
    """Find where git-lfs keeps the large files of a repository, by its own folder and that which its worktrees share."""
    named = git(
        folder, "config", "--path", "lfs.storage", env={"GIT_DIR": str(folder), "GIT_WORK_TREE": str(folder)}
    ).line
    return (common / named if named else common / "lfs") / "objects"


def pointed(path: Path) -> bool:
    """Whether a file is a pointer alone."""
    return _read(path) is not None


def unchanged(
    repository: Repository, ask: Callable[..., Answer], env: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield the entries (mode, blob, name) of files that an index has whole, and HEAD as pointers to just that."""
    found = ask("diff-index", "--cached", "--diff-filter=M", "--no-renames", "-z", "HEAD", env=env).names
    for entry, name in zip(found[::2], found[1::2], strict=True):
        _, mode, blob, _, _ = entry.removeprefix(":").split(" ")
        pointer = Pointer.of(repository.content("HEAD", name) or b"")
        if pointer and pointer.stands_for(repository.root / name):
            yield mode, blob, name


def _tracked(tree: Path, names: Sequence[str] | None) -> list[str]:
    """List the files that a worktree's attributes give to git-lfs."""
    listed = git(tree, "ls-files", "-z").names
    attributes = [tree / name for name in listed if PurePosixPath(name).name == ".gitattributes"]
    if not any(b"filter=lfs" in _bytes(path) for path in (*attributes, tree / ".git/info/attributes")):
        return []
    asked = listed if names is None else [name for name in listed if _within(name, names)]
    fields = git(tree, "check-attr", "--stdin", "-z", "filter", data="".join(f"{name}\0" for name in asked)).out.split(
        "\0"
    )
    return [name for name, value in zip(fields[0:-1:3], fields[2::3], strict=True) if value == "lfs"]


def _within(name: str, folders: Sequence[str]) -> bool:
    return any(PurePosixPath(name).is_relative_to(folder) for folder in folders)


def _read(path: Path) -> Pointer | None:
    try:
        return None if path.is_symlink() or path.stat().st_size > _LONGEST else Pointer.of(path.read_bytes())
    except OSError:
        return None


def _bytes(path: Path) -> bytes:
    try:
        return sizes.content(path)
    except OSError:
        return b""
