"""Which folders of the repository a gate is about: where it runs, where its benchmarks are, and what it imports."""

import os
import tomllib
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path, PurePosixPath

from lntx.duet.config import GateConfig
from lntx.duet.repository import Repository
from lntx.duet.requirements import governing
from lntx.errors import InputError

_ROOT = PurePosixPath()


def below_root(config: GateConfig, root: Path) -> PurePosixPath:
    """Return the folder that a gate runs in, from the repository's root."""
    return PurePosixPath(config.where.resolve().relative_to(root.resolve()).as_posix())


def sources(config: GateConfig, root: Path) -> list[PurePosixPath]:
    """List the folders from which the arms import, from the root: those below the folder that the gate runs in come first."""
    where = below_root(config, root)
    found = (_joined(place, name) for place in (where, _ROOT) for name in config.sources)
    return list(dict.fromkeys(place for place in found if place is not None))


def check_sources(config: GateConfig, root: Path, tree: Path) -> None:
    """Raise InputError for a source folder that somebody named and head hasn't got."""
    if config.sources == GateConfig.__dataclass_fields__["sources"].default:
        return
    for name in config.sources:
        places = [_joined(place, name) for place in (below_root(config, root), _ROOT)]
        if not any(place is not None and (tree / place).is_dir() for place in places):
            raise InputError(
                f"--source {name}: head has no such folder, neither here nor at the root of the repository"
            )


def governed(
    config: GateConfig, repository: Repository, head: str, files: Iterable[str] = ()
) -> frozenset[PurePosixPath]:
    """Return the folders whose files of requirements count: `files` are those of the benchmarks, as far as they are known."""
    where = below_root(config, repository.root)
    asked = (_joined(where, word.partition("::")[0]) for word in config.arguments if not word.startswith("-"))
    there = {above for name in repository.files(head) for above in (PurePosixPath(name), *PurePosixPath(name).parents)}
    named = [path for path in asked if path in there]
    folders = governing([where, *named, *(PurePosixPath(name).parent for name in files)])
    used = [
        *sources(config, repository.root),
        *(found for place in folders for found in _paths(repository, head, place)),
    ]
    return folders | governing(used)


def _joined(place: PurePosixPath, name: str) -> PurePosixPath | None:
    """Return a path below a folder, from the root; None where it leads out of the repository."""
    found = os.path.normpath(place / name)
    return None if found.startswith(("..", "/")) else PurePosixPath(found)


def _paths(repository: Repository, head: str, place: PurePosixPath) -> Iterator[PurePosixPath]:
    """Yield the folders that pytest's settings in a folder put on the path."""
    project = _read(repository, head, place / "pyproject.toml")
    try:
        table = tomllib.loads(project).get("tool", {}).get("pytest", {})
        given = (table.get("ini_options") or table).get("pythonpath", [])
    except (tomllib.TOMLDecodeError, AttributeError):
        given = []
    words = given.split() if isinstance(given, str) else [str(one) for one in given]
    for name, section in (("pytest.ini", "pytest"), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        parser = ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(_read(repository, head, place / name))
        except ConfigError:
            continue
        words += parser.get(section, "pythonpath", fallback="").split()
    yield from (path for path in (_joined(place, word) for word in words) if path is not None)


def _read(repository: Repository, head: str, name: PurePosixPath) -> str:
    return (repository.content(head, str(name)) or b"").decode("utf-8", "replace")
