"""The repository under the gate: its revisions, what differs between them, and worktrees of them."""

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lntx.duet.config import GateConfig
from lntx.errors import InputError, LntxError
from lntx.result import Arm

_WHOLE = ("setup.py", "setup.cfg", "requirements.txt")  # files that declare dependencies, and that nothing else reads
_PINS = re.compile(
    r"((uv|poetry|pdm|Pipfile|pixi)\.lock|pylock\..*toml|(conda-lock|environment)\.ya?ml|(requirements|constraints)\b.*\.(txt|in))"
)
"""Names of files that say which versions are installed."""
_GROUPED = (
    ("dependency-groups", None),
    ("tool", "poetry"),
)  # of pyproject.toml: what development or another tool installs
_DECLARED = (("project", "dependencies"), ("project", "optional-dependencies"), ("build-system", "requires"))


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository, by the root of its worktree."""

    root: Path

    @classmethod
    def around(cls, folder: Path) -> "Repository":
        """Find the repository that a folder is in; InputError where there is none, or no git."""
        if shutil.which("git") is None:
            raise InputError("lntx gate needs git, which isn't on the path; install it")
        found = _git(folder, "rev-parse", "--show-toplevel")
        if found.returncode or not found.stdout.strip():
            raise InputError(
                f"{folder} is in no git worktree; run lntx gate inside the repository whose changes are judged"
            )
        return cls(Path(found.stdout.strip()))

    def commit(self, revision: str) -> str:
        """Resolve a revision to its commit; InputError for one that there isn't."""
        found = _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if found.returncode:
            shallow = _git(self.root, "rev-parse", "--is-shallow-repository").stdout.strip() == "true"
            hint = "the clone is shallow: fetch more history" if shallow else "see git log"
            raise InputError(f"no revision {revision!r} in {self.root}; {hint}")
        return found.stdout.strip()

    def subject(self, commit: str) -> str:
        """Return the first line of a commit's message."""
        return _git(self.root, "log", "-1", "--format=%s", commit).stdout.strip()

    def dirty(self) -> int:
        """Count the tracked files with changes that no commit has."""
        return len(_git(self.root, "status", "--porcelain", "--untracked-files=no").stdout.splitlines())

    def changed(self, base: str, head: str) -> list[str]:
        """List the files that differ between two commits, both names of a renamed one."""
        return _git(self.root, "diff", "--name-only", "--no-renames", "-z", base, head).stdout.split("\0")[:-1]

    def redeclared(self, base: str, head: str) -> list[str]:
        """Return which declarations of dependencies differ between two commits."""
        one, other = (self._declared(commit) for commit in (base, head))
        return [name for name in one if one[name] != other[name]]

    def pinned(self, base: str, head: str) -> list[str]:
        """Return where two commits ask for other versions, without declaring other packages for those who use them."""
        files = [name for name in self.changed(base, head) if _PINS.fullmatch(PurePosixPath(name).name)]
        one, other = (self._project(commit) for commit in (base, head))
        groups = {f"{table}{f'.{key}' if key else ''} in pyproject.toml": (table, key) for table, key in _GROUPED}
        apart = [name for name, place in groups.items() if _at(one, *place) != _at(other, *place)]
        return [*(name for name in files if name not in _WHOLE), *apart]

    def _project(self, commit: str) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text(commit, "pyproject.toml"))
        except tomllib.TOMLDecodeError:
            return {}

    def _declared(self, commit: str) -> dict[str, Any]:
        project = self._project(commit)
        found = {f"{table}.{key} in pyproject.toml": _at(project, table, key) for table, key in _DECLARED}
        return found | {name: self._text(commit, name) for name in _WHOLE}

    def content(self, commit: str, name: str) -> bytes | None:
        """Return what a file holds in a commit; None where it isn't there."""
        found = _git(self.root, "cat-file", "blob", f"{commit}:{name}")
        return None if found.returncode else found.stdout.encode("utf-8", "surrogateescape")

    def _text(self, commit: str, name: str) -> str:
        found = _git(self.root, "show", f"{commit}:{name}")
        return "" if found.returncode else found.stdout

    @contextmanager
    def worktree(self, commit: str, path: Path) -> Iterator[Path]:
        """Check a commit out beside the repository, and leave nothing of it; LntxError, in git's words, where that fails."""
        made = _git(self.root, "worktree", "add", "--detach", "--force", str(path), commit)
        try:
            if made.returncode:
                raise LntxError(f"git can't check {commit[:12]} out to {path}: {_last(made.stderr)}")
            yield path
        finally:
            _git(self.root, "worktree", "remove", "--force", "--force", str(path))
            shutil.rmtree(path, ignore_errors=True)
            self.prune()

    def prune(self) -> None:
        """Forget worktrees whose folders are gone."""
        _git(self.root, "worktree", "prune")


def _at(project: dict[str, Any], table: str, key: str | None) -> Any:
    """Look a table or a key of it up; None for what isn't there, or no table."""
    found = project.get(table)
    return found if key is None else found.get(key) if isinstance(found, dict) else None


def same_requirements(config: GateConfig, repository: Repository, commits: Mapping[Arm, str]) -> None:
    """Raise InputError where one environment can't be right for both arms."""
    if config.build or config.one_environment:
        return
    if differ := repository.redeclared(commits["base"], commits["head"]):
        raise InputError(
            f"base and head declare different packages ({', '.join(differ)}); give --build COMMAND to install each arm into "
            "an environment of its own, or --one-environment to measure both in this one"
        )


def overlay(tree: Path, commit: str, names: Sequence[str]) -> None:
    """Lay files or folders of a commit over a worktree, instead of what it has under these names."""
    for name in names:
        place = tree / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
        if _git(tree, "cat-file", "-e", f"{commit}:{name}").returncode:
            continue  # it isn't there, so nothing is
        found = _git(tree, "checkout", "--force", commit, "--", name)
        if found.returncode:
            raise LntxError(f"git can't check {name} of {commit[:12]} out: {_last(found.stderr)}")


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        ["git", "-C", str(folder), "-c", "core.hooksPath=/dev/null", *words],  # noqa: S607  (whichever git the user has)
        env={
            name: value for name, value in os.environ.items() if not name.startswith("GIT_")
        },  # as a hook would set them
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["it says nothing"])[-1]
