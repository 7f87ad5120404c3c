"""The projects whose benchmarks are run, from projects.toml beside this file."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lntx.errors import InputError

FILE = Path(__file__).parent / "projects.toml"


@dataclass(frozen=True, slots=True)
class Release:
    """A release by its version, and the SHA-256 of its source distribution."""

    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project with benchmarks in its source distribution, and how they are run.

    `kind` says what is special about its suite. `needs` is what its benchmarks need besides itself, as pip takes it. The gate is
    given `options` and, behind --, `arguments`; where its code is equal in both arms, `few` too, which leaves some benchmarks of
    many. `folder` is where its own repository keeps it, `build` the command that installs an arm, in which {needs} stands for
    `needs`.
    """

    name: str
    kind: str
    base: Release
    head: Release
    needs: tuple[str, ...]
    arguments: tuple[str, ...]
    few: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    folder: str = ""
    build: str = ""


def projects(path: Path = FILE) -> list[Project]:
    """Read all projects, in the file's order."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    return [_project(entry) for entry in entries]


def chosen(names: Sequence[str]) -> list[Project]:
    """Read the projects of these names, all if there are none; InputError for a name that there isn't."""
    found = {project.name: project for project in projects()}
    if unknown := [name for name in names if name not in found]:
        raise InputError(f"no project {unknown[0]!r}; there are {', '.join(found)}")
    return [found[name] for name in names] or list(found.values())


def _project(entry: dict[str, object]) -> Project:
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    releases = {key: Release(**value) for key, value in entry.items() if isinstance(value, dict)}
    return Project(**{**entry, **lists, **releases})  # type: ignore[arg-type]
