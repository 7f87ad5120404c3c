"""What one pytest process is to do: which cells, under which profile, and what it must know of those before it."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from lntx.measure.plan import PROFILES, Profile
from lntx.storage.values import decoded, encoded

Scope = Literal["whole", "brief", "none"]


@dataclass(frozen=True, slots=True)
class LoopTask:
    """Loops in files of somebody's own (`FILE.py` or `FILE.py:name`); axis varies one parameter of theirs (`width=64,256`)."""

    files: tuple[str, ...]
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One process's work. The defaults are those of a plain `pytest bench`.

    points are the suites' tests with their value on the axis, None for all; discovering asks for the cells alone, nothing
    is measured; thorough asks for checkpoints and counters, which are needed once for a study; timed_epochs are those that
    an earlier process chose, by point; reading are the table's options (`Reading`); folder is the study's own, None where
    there is none; backend_files are files of somebody's own in which backends lie; parent is the process to stop after;
    loops are files with a loop that are a study by themselves, ways those of loops that are to be measured, none for all; scope
    says how much of lntx's own loops is measured: all, a brief part beside all else, or none;
    limits are what each device can do at most (`lntx.host.limits.Limits` as JSON types), as far as that is known;
    company is the folder of those that are at work at the same time (`lntx.host.quiet`), None for a process by itself.
    """

    profile: Profile = PROFILES["smoke"]
    backends: tuple[str, ...] = ()
    devices: tuple[str, ...] = ("cpu",)
    points: tuple[str, ...] | None = None
    discovering: bool = False
    thorough: bool = True
    timed_epochs: Mapping[str, int] = field(default_factory=dict)
    log: str | None = None
    folder: str | None = None
    data: str | None = None
    target: str | None = None
    standardize: bool = True
    reading: Mapping[str, Any] = field(default_factory=dict)
    dtype: str | None = None
    backend_files: tuple[str, ...] = ()
    loops: LoopTask | None = None
    ways: tuple[str, ...] = ()
    scope: Scope = "whole"
    parent: int | None = None
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    company: str | None = None

    def references(self, whose: str) -> Path | None:
        """The folder in which somebody's processes keep what they know of the reference, in a study (`backends.shelf_of`)."""
        return Path(self.folder) / "references" / whose if self.folder else None

    def table(self) -> Path | None:
        """The folder in which the table's arrays are kept, in a study: another one where the file or an option is another."""
        if not self.folder:
            return None
        try:
            told = Path(self.data).stat() if self.data else None
        except OSError:
            return None
        state = (told.st_size, told.st_mtime_ns) if told else ()
        asked = (self.data, state, self.target, self.standardize, dict(self.reading), self.dtype)
        return Path(self.folder) / f"table-{sha256(repr(asked).encode()).hexdigest()[:16]}"

    @property
    def orphaned(self) -> bool:
        """Whether the process that waits for the results is gone."""
        return self.parent is not None and os.getppid() != self.parent


def dumps(task: Task) -> str:
    """Write a task as JSON."""
    return json.dumps(encoded(task))


def loads(text: str) -> Task:
    """Read a task that `dumps` wrote."""
    return decoded(Task, json.loads(text), "the task")
