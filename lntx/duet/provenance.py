"""How a gate came to be, for whoever reads its result: what was compared, and what was noticed on the way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import lntx
from lntx.duet.config import GateConfig
from lntx.duet.repository import Repository
from lntx.duet.survey import Survey
from lntx.result import ARMS, Arm


def now() -> str:
    """The time of day, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(slots=True)
class Provenance:
    """What is told of a gate; `stopped` says why it ended before its time, empty where it didn't."""

    config: GateConfig
    repository: Repository
    commits: Mapping[Arm, str]
    seed: int
    started: str = field(default_factory=now)
    stopped: str = ""

    def about(self) -> dict[str, Any]:
        """Return the facts, in plain values."""
        return {
            "started": self.started,
            "ended": now(),
            "lntx": lntx.__version__,
            "threads": self.config.threads,
            "arguments": list(self.config.arguments),
            "seed": self.seed,
            "interrupted": bool(self.stopped),
            **{arm: self._revision(arm) for arm in ARMS},
        }

    def notes(self, survey: Survey) -> Iterator[str]:
        """Yield what a reader must know besides."""
        if self.config.head == "HEAD" and (changes := self.repository.dirty()):
            yield f"{changes} changed files are in no commit and were not measured: head is the commit, not the worktree"
        if self.commits["base"] == self.commits["head"]:
            yield "base and head are the same commit"
        if not self.config.build and (pins := self.repository.pinned(self.commits["base"], self.commits["head"])):
            yield f"{', '.join(pins)} differ; both arms ran with what is installed here, so other versions weren't measured"
        yield from survey.notes()
        if self.stopped:
            yield f"{self.stopped}; what wasn't decided by then is inconclusive"

    def _revision(self, arm: Arm) -> dict[str, str]:
        named, commit = {"base": self.config.base, "head": self.config.head}[arm], self.commits[arm]
        return {"revision": named, "commit": commit, "subject": self.repository.subject(commit)}
