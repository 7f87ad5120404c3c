"""What a user asks of a study, checked before anything runs, and what he hears while it does."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from lntx import storage
from lntx.errors import InputError
from lntx.measure import plan
from lntx.training import device
from lntx.training.linear.data.tables import from_table


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRequest:
    """A study to be made. Empty tuples mean all: every backend that runs here, every suite.

    out is the study's folder. resume goes on with the study that lies there, and takes from it what isn't asked for.
    shard (k, n) takes the k-th of n parts of the points, counted from 1, each with all its backends, so that what is
    compared was measured on one machine. data and target name a table and its target column for the suite `table`.
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

    def check(self) -> None:
        """Raise InputError, in one line, for what can't be measured here; nothing has been written then."""
        plan.profile(self.profile)
        plan.suite_files(self.suites)
        for name in self.devices:
            device.check(name)
        if self.shard and not 1 <= self.shard[0] <= self.shard[1]:
            raise InputError(f"a shard is k/n with k from 1 to n, not {self.shard[0]}/{self.shard[1]}")
        self._check_table()

    def _check_table(self) -> None:
        if (self.data is None) != (self.target is None):
            raise InputError("a table needs its file and its target column; give --data and --target together")
        if self.data is not None and self.target is not None:
            from_table(self.data, self.target, standardize=self.standardize)

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
        words += ["--data", self.data.name, "--target", str(self.target)] if self.data else []
        words += [] if self.standardize else ["--no-standardize"]
        return shlex.join(words)


def writable(out: Path) -> None:
    """Raise InputError for a folder that can't be written."""
    probe = out / ".lntx"
    storage.write_text(probe, "")
    probe.unlink(missing_ok=True)
