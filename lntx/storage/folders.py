"""Folders of results: which files are in one, and what they hold, the earliest first.

pytest-benchmark keeps its runs as `.benchmarks/MACHINE/0001_NAME.json`; CI leaves a folder for each job, or a file for each
night. What else lies there is passed over, and said.
"""

import os
import reprlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lntx import storage
from lntx.errors import InputError
from lntx.record import Study, Unusable
from lntx.storage import sizes

STUDY = "study.json"
"""The file in a results folder of lntx's that holds the whole study."""
KEPT = ".benchmarks"
"""The folder in a project in which pytest-benchmark keeps its runs."""
_DEEP = 3  # folders
_ENDINGS = (".json", ".json.gz", ".jsonl", ".ndjson", "data.js")
_OURS = (KEPT, ".codspeed")  # of the folders that begin with a dot
_OTHERS = {"node_modules", "site-packages", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Run:
    """A study, and the file that holds it; `turn` counts those of one file from 1, 0 where there is but one."""

    path: Path
    study: Study
    turn: int = 0

    @property
    def ended(self) -> str:
        """When it ended (ISO 8601); empty where that isn't known."""
        return str(self.study.about.get("ended") or "")

    def __str__(self) -> str:
        """Name the file, the day and the commit, as far as they are known."""
        commit = self.study.about.get("commit")
        known = (self.ended[:16].replace("T", " "), str((commit or {}).get("id") or "")[:9])
        words = [f"run {self.turn}" if self.turn else "", *known]
        said = ", ".join(word for word in words if word)
        return f"{self.path}{f' ({said})' if said else ''}"


def read_study(path: str | os.PathLike[str]) -> Study:
    """Read one study: its file, the folder of results that it lies in, or any project's pytest-benchmark file.

    Raises InputError, naming the file and what to do, for one that is missing, truncated, damaged, or of another kind
    or version, and for one that holds several runs.
    """
    if not isinstance(path, str | os.PathLike) or "\0" in str(path):
        raise InputError(f"path must be that of a file or a folder of results, not {reprlib.repr(path)}")
    place = Path(path)
    return storage.read(place / STUDY if place.is_dir() else place)


def runs(place: Path) -> tuple[list[Run], list[Unusable]]:
    """Read the runs of a file or a folder, the earliest first, and name what lies in the folder but can't be read.

    InputError for a file that can't be read, and for a folder without any run.
    """
    own = place / STUDY
    place = place / KEPT if (place / KEPT).is_dir() and not own.exists() else place
    if not place.is_dir() or own.exists():
        return _ordered(_of(own if place.is_dir() else place)), []
    found: list[Run] = []
    refused: list[Unusable] = []
    for path in sorted(_files(place, {os.path.realpath(place)})):
        try:
            if path.exists():  # else its reader complains of a link that leads nowhere
                sizes.check_whole(path)  # nobody waits for who may write to a pipe that lies among files
            found += _of(path)
        except InputError as error:
            refused.append(Unusable(str(path), str(error).removeprefix(f"{path} "), path.name))
    if not found:
        why = f"; {refused[0].name} {refused[0].reason}" if refused else ""
        raise InputError(f"{place} holds no results: no study.json, no gate.json, and no JSON of pytest-benchmark{why}")
    return _ordered(found), refused


def _of(path: Path) -> list[Run]:
    studies = storage.runs(path)
    return [Run(path, study, i if len(studies) > 1 else 0) for i, study in enumerate(studies, 1)]


def _ordered(found: list[Run]) -> list[Run]:
    """Order runs by when they ended, where all say so; else they stay in the order of their files, which are numbered."""
    return sorted(found, key=lambda run: run.ended) if all(run.ended for run in found) else found


def _files(folder: Path, seen: set[str], deep: int = _DEEP) -> Iterator[Path]:
    """List the files, each once: a link may lead back to a folder above it, or to another file there."""
    for path in sorted(
        _listed(folder), key=lambda path: (path.is_symlink(), path)
    ):  # by its own name, if it has one here
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name not in _OURS
            if deep and not hidden and path.name not in _OTHERS and _first(path, seen):
                yield from _files(path, seen, deep - 1)
        elif path.name.endswith(_ENDINGS) and not path.name.startswith(".") and _first(path, seen):
            yield path


def _first(path: Path, seen: set[str]) -> bool:
    """Whether what a path leads to is met for the first time."""
    real = os.path.realpath(path)
    met = real in seen
    seen.add(real)
    return not met


def _listed(folder: Path) -> Iterable[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise InputError(f"can't read {folder}: {error.strerror}") from error
