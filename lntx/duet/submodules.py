"""Submodules: which commit of which repository a worktree pins where, and where on this disk such a repository may lie."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lntx.duet.git import git

_LINK = "160000"


@dataclass(frozen=True, slots=True)
class Submodule:
    """A submodule of a worktree: its name, the folder that it lies in, and the commit that is pinned."""

    name: str
    path: str
    pin: str


def pinned(tree: Path) -> list[Submodule]:
    """List the submodules that a worktree's index pins; repositories that .gitmodules doesn't name are left out."""
    if not (tree / ".gitmodules").is_file():
        return []
    found = git(tree, "config", "--file", ".gitmodules", "--null", "--get-regexp", r"^submodule\..*\.path$").names
    names = {
        path: key.removeprefix("submodule.").removesuffix(".path")
        for key, _, path in (one.partition("\n") for one in found)
    }
    if not names:
        return []
    entries = (entry.partition("\t") for entry in git(tree, "ls-files", "--stage", "-z", "--", *names).names)
    pins = {path: about.split(" ") for about, _, path in entries}
    return [
        Submodule(names[path], path, about[1]) for path, about in pins.items() if about[0] == _LINK and path in names
    ]


def stores(folder: Path, common: Path, one: Submodule, own: Path | None) -> Iterator[Path]:
    """Yield the repositories that may have a submodule's commits: that of the user's own checkout first.

    `folder` is the outer repository's own, `common` what its worktrees share.
    """
    if own and (own / ".git").exists():
        yield Path(git(own, "rev-parse", "--absolute-git-dir").line)
    for place in (folder, common, *sorted((common / "worktrees").glob("*"))):
        found = place / "modules" / one.name
        if (found / "HEAD").is_file():
            yield found
