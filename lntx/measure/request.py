"""What a user asks of a study, checked before anything runs, and what he hears while it does."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lntx.errors import InputError
from lntx.measure import plan
from lntx.storage import places
from lntx.training import device
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.tables import problem_of
from lntx.training.recipe import precision


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRequest:
    """A study to be made. Empty tuples mean all: every backend that runs here, every suite.

    out is the study's folder. resume goes on with the study that lies there, and takes from it what isn't asked for.
    shard (k, n) takes the k-th of n parts of the points, counted from 1, each with all its backends, so that what is
    compared was measured on one machine. data and target name a table and its target column for the suite `table`, reading are
    the options that say how it is read (those of `Reading`), dtype is float32 or float64.
    """

    profile: str = "regular"
    backends: tuple[str, ...] = ()
    devices: tuple[str, ...] = ("cpu",)
    suites: tuple[str, ...] = ()
    out: Path
    resume: bool = False
    shard: tuple[int, int] | None = None
    data: Path | None = None
    target: str | None = None
    standardize: bool = True
    reading: Mapping[str, Any] = field(default_factory=dict)
    dtype: str | None = None

    def check(self) -> None:
        """Raise InputError, in one line, for what can't be measured here; nothing has been written then."""
        plan.profile(self.profile)
        plan.suite_files(self.suites)
        for name in self.devices:
            device.check(name)
        if self.shard and not 1 <= self.shard[0] <= self.shard[1]:
            raise InputError(f"a shard is k/n with k from 1 to n, not {self.shard[0]}/{self.shard[1]}")
        self.notes()

    def notes(self) -> tuple[str, ...]:
        """Read the table, and return what a user should know of how it is read; InputError for one that is none."""
        if (self.data is None) != (self.target is None):
            raise InputError("a table needs its file and its target column; give --data and --target together")
        reading = Reading(**self.reading)
        if self.data is None or self.target is None:
            if words := [*reading.words(), *(["--dtype"] if self.dtype else [])]:
                raise InputError(f"{words[0]} is for a table; give --data and --target too")
            return ()
        dtype = None if self.dtype is None else precision(self.dtype)
        return problem_of(self.data, [self.target], reading, standardize=self.standardize, dtype=dtype)[1]

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the table, with their whole paths: one, or of arrays X and Y; none where there is no table."""
        found = [] if self.data is None else [self.data]
        if self.data is not None and self.data.suffix.lower() == ".npy" and self.target is not None:
            found.append(Path(self.target))
        return tuple(path.resolve() for path in found)

    @property
    def column(self) -> str | None:
        """The target, as a process elsewhere finds it: a column's name, or the whole path of Y."""
        return str(self.files[1]) if len(self.files) > 1 else self.target

    @property
    def folder(self) -> Path:
        """The folder of the study's plan and processes: a name that a user's own folder won't have."""
        return self.out / ".lntx-study"

    @property
    def command(self) -> str:
        """The command that asks for this; the user's own folders are left out, a study may be published."""
        words = ["lntx", "bench", "--profile", self.profile]
        words += [word for name in self.backends for word in ("--backend", name)]
        words += [word for name in self.devices if self.devices != ("cpu",) for word in ("--device", name)]
        words += [word for name in self.suites for word in ("--suite", name)]
        words += ["--shard", f"{self.shard[0]}/{self.shard[1]}"] if self.shard else []
        target = self.files[1].name if len(self.files) > 1 else str(self.target)
        words += ["--data", self.data.name, "--target", target] if self.data else []
        words += [] if self.standardize else ["--no-standardize"]
        words += [*Reading(**self.reading).words(), *(["--dtype", self.dtype] if self.dtype else [])]
        return shlex.join(words)


def writable(out: Path) -> None:
    """Raise InputError for a folder that can't be written, or in which a link stands where the study will lie."""
    places.check_folder(out, ".lntx-study", "study.json")
