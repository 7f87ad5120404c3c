"""Which folders govern a gate's requirements: where it runs, where its benchmarks are, what it imports, and all above them."""

import tomllib
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import PurePosixPath

from lntx.duet.config import GateConfig
from lntx.duet.repository import Repository
from lntx.duet.requirements import governing
from lntx.duet.sources import below_root, joined, sources

_TOML = ("pyproject.toml", "pytest.toml", ".pytest.toml")
_INI = (("pytest.ini", "pytest"), (".pytest.ini", "pytest"), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest"))
"""Files that hold settings of pytest's, and their sections."""


def governed(
    config: GateConfig, repository: Repository, head: str, files: Iterable[str] = ()
) -> frozenset[PurePosixPath]:
    """Return the folders whose files of requirements count: `files` are those of the benchmarks, as far as they are known."""
    where = below_root(config, repository.root)
    asked = (joined(where, word.partition("::")[0]) for word in config.arguments if not word.startswith("-"))
    there = {above for name in repository.files(head) for above in (PurePosixPath(name), *PurePosixPath(name).parents)}
    named = [path for path in asked if path in there]
    folders = governing([where, *named, *(PurePosixPath(name).parent for name in files)])
    used = [
        *sources(config, repository.root),
        *(found for place in folders for found in _paths(repository, head, place)),
    ]
    return folders | governing(used)


def _paths(repository: Repository, head: str, place: PurePosixPath) -> Iterator[PurePosixPath]:
    """Yield the folders that pytest's settings in a folder put on the path."""
    words = [word for name in _TOML for word in _words(_read(repository, head, place / name))]
    for name, section in _INI:
        parser = ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(_read(repository, head, place / name))
        except ConfigError:
            continue
        words += parser.get(section, "pythonpath", fallback="").split()
    yield from (path for path in (joined(place, word) for word in words) if path is not None)


def _words(text: str) -> list[str]:
    """List the paths in a file of TOML: in pytest's own, or in its part of pyproject.toml, where they may be one text."""
    try:
        document = tomllib.loads(text)
        table = document.get("pytest") or document.get("tool", {}).get("pytest", {})
        given = (table.get("ini_options") or table).get("pythonpath", [])
    except (ValueError, RecursionError, AttributeError):  # a number of too many digits is no TOMLDecodeError
        return []
    return given.split() if isinstance(given, str) else [str(one) for one in given] if isinstance(given, list) else []


def _read(repository: Repository, head: str, name: PurePosixPath) -> str:
    return (repository.content(head, str(name)) or b"").decode("utf-8", "replace")
