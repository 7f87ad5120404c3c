"""What a user asks of a study, checked before anything runs, and what he hears while it does."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lntx.errors import InputError
from lntx.measure import plan
from lntx.measure.suites import Suites, names_a_loop, suites
from lntx.measure.task import LoopTask, Scope
from lntx.storage import places
from lntx.training import device, user_files
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.tables import problem_of
from lntx.training.recipe import precision


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRequest:
    """A study to be made. Empty tuples mean all: every backend that runs here, every suite of lntx's own.

    backends are names, or files of the user's own; paths are the folders and files of other suites than lntx's, and files with a
    loop (`FILE.py:name` for one of several); axis is one parameter of theirs with its values (`width=64,256`), ways are those of
    loops, beside the first. out is the study's folder. resume goes on with the study that lies there, and takes from it what
    isn't asked for.
    shard (k, n) takes the k-th of n parts of the points, counted from 1, each with all its backends, so that what is
    compared was measured on one machine. data and target name a table and its target column for the suite `table`, reading are
    the options that say how it is read (those of `Reading`), dtype is float32 or float64.
    """

    profile: str = "regular"
    backends: tuple[str, ...] = ()
    devices: tuple[str, ...] = ("cpu",)
    suites: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    axis: str = ""
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
        self.given()
        if self.loops_alone and self.backends:
            raise InputError(
                "--backend is for the linear model; --way NAME takes one of a loop's ways beside its first"
            )
        if self.loops_alone and self.data:
            raise InputError("--data is for the linear model; a loop's file reads its data itself, in batches")
        for name in self.devices:
            device.check(name)
        if self.shard and not 1 <= self.shard[0] <= self.shard[1]:
            raise InputError(f"a shard is k/n with k from 1 to n, not {self.shard[0]}/{self.shard[1]}")
        self.notes()

    @property
    def scope(self) -> Scope:
        """How much of lntx's own loops is measured: all for who asks for some, none for who asks for backends alone."""
        if self.paths or self.suites or self.ways:
            return "whole"
        if self.backends:
            return "none"
        return "brief" if plan.profile(self.profile).brief else "whole"

    @property
    def loop_files(self) -> tuple[str, ...]:
        """The paths that are no suites, but files with a loop, each once; InputError for two files of one name."""
        found = tuple(dict.fromkeys(path for path in self.paths if names_a_loop(path)))
        files = {given.file for path in found if (given := user_files.named(path))}
        for file in files:
            if any(other.stem == file.stem and other != file for other in files):
                raise InputError(f"two files are called {file.name}; give one of them another name")
        return found

    @property
    def loops_alone(self) -> bool:
        """Whether nothing but files with a loop is to be measured."""
        return bool(self.paths) and set(self.paths) == set(self.loop_files)

    def given(self) -> Suites:
        """Find the suites; InputError for a path or a name without one."""
        if not self.loop_files and self.axis:
            raise InputError(
                "--axis is for a file with a loop, as lntx bench FILE.py --axis width=64,256; a suite has its own"
            )
        others = tuple(path for path in self.paths if path not in self.loop_files)
        return suites(others, self.suites, loops=bool(self.loop_files))

    def loop_task(self) -> LoopTask | None:
        """Return what the processes must know of the files with a loop."""
        return LoopTask(self.loop_files, self.axis) if self.loop_files else None

    def code(self) -> tuple[Path, ...]:
        """The files of the user's own that are measured."""
        loops = tuple(given.file for path in self.loop_files if (given := user_files.named(path)))
        return (*loops, *(self.given().files if self.paths else ()))

    def notes(self) -> tuple[str, ...]:
        """Read the table, and return what a user should know of how it is read; InputError for one that is none."""
        if (self.data is None) != (self.target is None):
            raise InputError("a table needs its file and its target column; give --data and --target together")
        reading = Reading(**self.reading)
        if self.data is None or self.target is None:
            if words := [*reading.words(), *(["--dtype"] if self.dtype and not self.loop_files else [])]:
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
        words[2:2] = [Path(path).name for path in self.paths]
        words += ["--axis", self.axis] if self.axis else []
        words += [word for way in self.ways for word in ("--way", way)]
        words += [word for name in map(_without_folder, self.backends) for word in ("--backend", name)]
        words += [word for name in self.devices if self.devices != ("cpu",) for word in ("--device", name)]
        words += [word for name in self.suites for word in ("--suite", name)]
        words += ["--shard", f"{self.shard[0]}/{self.shard[1]}"] if self.shard else []
        target = self.files[1].name if len(self.files) > 1 else str(self.target)
        words += ["--data", self.data.name, "--target", target] if self.data else []
        words += [] if self.standardize else ["--no-standardize"]
        words += [*Reading(**self.reading).words(), *(["--dtype", self.dtype] if self.dtype else [])]
        return shlex.join(words)


def _without_folder(name: str) -> str:
    given = user_files.named(name)
    return f"{given.file.name}{f':{given.name}' if given.name else ''}" if given else name


def writable(out: Path) -> None:
    """Raise InputError for a folder that can't be written, or in which a link stands where the study will lie."""
    places.check_folder(out, ".lntx-study/", "study.json")
