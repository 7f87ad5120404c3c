"""The repository under the gate: its revisions, what differs between them, and where its objects lie."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from lntx.duet.git import Answer, git
from lntx.errors import InputError
from lntx.storage import sizes
from lntx.suggestion import suggestion

SHORT = 12
"""Characters of a commit's name that people are shown."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository, by the root of its worktree.

    `objects` is a folder with objects that the repository itself hasn't got: those of changes that are in no commit.
    """

    root: Path
    objects: Path | None = None

    @classmethod
    def around(cls, folder: Path) -> "Repository":
        """Find the repository that a folder is in; InputError where there is none that can be used, or no git."""
        if shutil.which("git") is None:
            raise InputError("lntx gate needs git, which isn't on the path; install it")
        found = git(folder, "rev-parse", "--show-toplevel")
        if found.code or not found.line:
            raise InputError(_unusable(folder, found.err))
        return cls(Path(found.line))

    def git(self, *words: str) -> Answer:
        """Ask git about what is in the repository, and in `objects`."""
        return git(
            self.root, *words, env={"GIT_ALTERNATE_OBJECT_DIRECTORIES": quoted(self.objects)} if self.objects else {}
        )

    def commit(self, revision: str) -> str:
        """Resolve a revision to its commit; InputError for one that there isn't."""
        found = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if found.code:
            raise InputError(f"no revision {revision!r} in {self.root}; {self._hint(revision)}")
        return found.line

    def _hint(self, revision: str) -> str:
        if revision and os.path.lexists(
            revision
        ):  # False for a name that is too long for a file, which Path.exists isn't
            return f"what is meant for pytest stands behind --: lntx gate BASE -- {revision}"
        if self.git("rev-parse", "--is-shallow-repository").line == "true":
            return "the clone is shallow: fetch more history (git fetch --unshallow, or fetch-depth: 0 of actions/checkout)"
        there = [f"{remote}/{revision}" for remote in self.git("remote").out.split()]
        known = next((name for name in there if not self.git("rev-parse", "--verify", "--quiet", name).code), "")
        return f"there is {known}" if known else self._nearest(revision)

    def _nearest(self, revision: str) -> str:
        """Name the branch or tag that is written most alike."""
        there = self.git(
            "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"
        ).out.split()
        return suggestion(revision, there, otherwise="see git branch --all, and git log")

    def subject(self, commit: str) -> str:
        """Return the first line of a commit's message."""
        return self.git("log", "-1", "--format=%s", commit).line

    def changed(self, base: str, head: str) -> list[str]:
        """List the files that differ between two commits, both names of a renamed one."""
        return self.git("diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", base, head).names

    def files(self, commit: str) -> list[str]:
        """List a commit's files."""
        return self.git("ls-tree", "-r", "--name-only", "--full-tree", "-z", commit).names

    def content(self, commit: str, name: str) -> bytes | None:
        """Return what a file holds in a commit; None where it isn't there, InputError for what doesn't fit into the memory."""
        size = self.git("cat-file", "-s", f"{commit}:{name}")
        if size.code:
            return None
        sizes.check(Path(name), sizes.PARSED * int(size.line))
        found = self.git("cat-file", "blob", f"{commit}:{name}")
        return None if found.code else found.out.encode("utf-8", "surrogateescape")

    @property
    def folder(self) -> Path:
        """The repository's own folder: `.git`, or for a linked worktree its part of it."""
        return Path(self.git("rev-parse", "--absolute-git-dir").line)


def quoted(path: Path) -> str:
    """Write a path as lists of folders of objects hold it: in quotes where it has what parts such lists."""
    text = str(path)
    if not set(text) & set(':"\n') and not text.startswith("#"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _unusable(folder: Path, said: str) -> str:
    """Say why a folder gives no repository, and what helps."""
    if "dubious ownership" in said:
        return (
            f"git doesn't trust {folder}, as somebody else owns it; git config --global --add safe.directory {folder}"
        )
    if "must be run in a work tree" in said:
        return (
            f"{folder} is a bare repository, or git's own folder: it has no files to run; "
            "run lntx gate in a checkout of it (git worktree add, or git clone)"
        )
    return f"{folder} is in no git worktree; run lntx gate inside the repository whose changes are judged"
