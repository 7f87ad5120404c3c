"""What a gate compares: two commits, of which head may be the worktree as it is now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lntx.duet import edits
from lntx.duet.config import GateConfig
from lntx.duet.edits import Edits
from lntx.duet.repository import SHORT, Repository
from lntx.result import ARMS, Arm

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """Two arms as commits of a repository; `edits` are what head has that is in no commit, None where a revision was named."""

    repository: Repository
    config: GateConfig
    commits: dict[Arm, str]
    edits: Edits | None = None

    @property
    def edited(self) -> bool:
        """Whether head is in no commit."""
        return self.edits is not None and bool(self.edits.files)

    def about(self, arm: Arm) -> dict[str, Any]:
        """Say which revision an arm is, in plain values: for the worktree the commit below it, and how many files differ."""
        commit = self.edits.onto if arm == "head" and self.edits else self.commits[arm]
        named = {"base": self.config.base, "head": self.config.head or "HEAD"}[arm]
        told = {"revision": named, "commit": commit, "subject": self.repository.subject(commit)}
        if arm == "base" or self.edits is None or not self.edits.files:
            return told
        return {**told, "revision": f"the worktree on top of {commit[:SHORT]}", "changed_files": len(self.edits.files)}

    def notes(self) -> Iterator[str]:
        """Yield what a reader must know of it."""
        if self.edits is None:
            if changes := edits.count(self.repository, self.config.beside):
                yield (
                    f"{_files(changes)} changed in no commit and {'was' if changes == 1 else 'were'} not measured: head is the "
                    f"commit {self.config.head}, not the worktree (leave HEAD out to judge that)"
                )
        elif self.edits.files:
            names = ", ".join(self.edits.files[:_NAMED]) + (", ..." if len(self.edits.files) > _NAMED else "")
            yield f"head is the worktree: {_files(len(self.edits.files))} changed in no commit ({names})"
        if self.edits:
            for name in self.edits.inside:
                yield f"changes inside {name} are in no commit of it and were not measured"
            yield from _not_taken(self.edits)
        if self.edits and self.edits.compiled and not self.config.build:
            first, *more = self.edits.compiled
            others = f" and {len(more):,} more" if more else ""
            yield f"{first}{others}: compiled, and in no commit, so in neither arm; --build COMMAND makes it in each"
        if self.commits["base"] == self.commits["head"]:
            unchanged = ", and the worktree has no changes" if self.edits and not self.edits.hidden else ""
            yield f"base and head are the same commit{unchanged}"


def compared(config: GateConfig, repository: Repository, folder: Path) -> Compared:
    """Find out what is compared; a folder takes what the worktree has and no commit. InputError for what there isn't."""
    base = repository.commit(config.base)
    if config.head:
        return Compared(repository, config, dict(zip(ARMS, (base, repository.commit(config.head)), strict=True)))
    both, found = edits.taken(repository, folder, config.beside)
    return Compared(both, config, dict(zip(ARMS, (base, found.commit), strict=True)), found)


def _not_taken(found: Edits) -> Iterator[str]:
    """Say which changes of the worktree aren't in head."""
    if found.large:
        yield (
            f"{_few(found.large)}: in no commit, and too large to copy into the arms, so in neither; commit it, or let git "
            "ignore it"
        )
    if found.hidden:
        yield (
            f"{_few(found.hidden)}: edited, but flagged so that git looks away, so not measured; git update-index "
            "--no-assume-unchanged --no-skip-worktree FILE ends that"
        )


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
