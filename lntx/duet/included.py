"""Files of packages that others name: `-r` and `-c` in requirements, and what pyproject.toml, setup.cfg and setup.py read."""

import ast
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from lntx.duet.declarations import at, parsed, toml

_INCLUDES = re.compile(
    r"^\s*(?:(-r|--requirement)|-c|--constraint)(?:\s+|=|(?<=-[rc]))[\"']?([^\s\"'#]+)", re.MULTILINE
)
_READ = {".txt", ".in", ".pip"}
_PACKAGE = re.compile(r"-[a-z]\b|--\w|[A-Za-z][\w.-]*\s*(\[[^\]]*\])?\s*(@|[<>=!~;(]|$)")
"""A line of a list of packages; in prose a second word follows the first."""
_FILE = re.compile(r"file:(.*)")

Text = Callable[[str], str]
"""Gives what a file of the repository holds, "" where it isn't there."""


@dataclass(frozen=True, slots=True)
class Included:
    """The files that are named: those that declare packages, and those that only say which versions are meant."""

    declaring: frozenset[str]
    constraining: frozenset[str]


def included(text: Text, where: Iterable[PurePosixPath], changed: Sequence[str]) -> Included:
    """Find what the files in some folders name, as pip and the builders follow it."""
    folders = sorted(where)
    declaring = {name for folder in folders for name in _named(text, folder, changed)}
    open_ = [*declaring, *(str(folder / "requirements.txt") for folder in folders)]
    constraining: set[str] = set()
    while open_:
        name = open_.pop()
        for requires, target in _INCLUDES.findall(text(name)):
            path = _joined(PurePosixPath(name).parent, target)
            found = declaring if requires and name not in constraining else constraining
            if path and path not in declaring | constraining:
                found.add(path)
                open_.append(path)
    return Included(frozenset(declaring), frozenset(constraining))


def _named(text: Text, folder: PurePosixPath, changed: Sequence[str]) -> Iterator[str]:
    project = toml(text(str(folder / "pyproject.toml")))
    dynamic = at(project, "tool", "setuptools", "dynamic")
    hook = at(project, "tool", "hatch", "metadata", "hooks", "requirements_txt")
    named = [name for part in (dynamic, hook) for name in _listed(part)]
    named += _configured(text(str(folder / "setup.cfg")))
    yield from (path for name in named if (path := _joined(folder, name)))
    yield from _read(text, folder, changed)


def _listed(part: Any) -> Iterator[str]:
    """Yield the files that a table names for packages, and those of its extras."""
    extras = at(part, "optional-dependencies")
    tables = [at(part, "dependencies"), *(extras.values() if isinstance(extras, dict) else ())]
    files = [at(part, "files"), *(at(one, "file") if isinstance(one, dict) else one for one in tables)]
    for found in files:
        yield from (
            str(name) for name in ([found] if isinstance(found, str) else found if isinstance(found, list) else ())
        )


def _configured(text: str) -> Iterator[str]:
    """Yield the files that setup.cfg names: `install_requires = file: requirements/base.txt`."""
    parser = parsed(text)
    if parser is None:
        return
    values = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        values += [value for _, value in parser.items("options.extras_require")]
    for value in values:
        if found := _FILE.match(value.strip()):
            yield from (name.strip() for name in found[1].split(",") if name.strip())


def _read(text: Text, folder: PurePosixPath, changed: Sequence[str]) -> Iterator[str]:
    """Yield the changed lists of packages whose names stand in setup.py, whole or in parts."""
    try:
        nodes = list(ast.walk(ast.parse(text(str(folder / "setup.py")))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    words = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    parts = {part for word in words for part in PurePosixPath(word).parts}
    for name in changed if parts else ():
        path = PurePosixPath(name)
        if path.suffix in _READ and path.is_relative_to(folder) and parts.issuperset(path.relative_to(folder).parts):
            lines = [line.strip() for line in text(name).splitlines() if line.strip() and line.strip()[0] != "#"]
            if lines and all(map(_PACKAGE.match, lines)):
                yield name


def _joined(folder: PurePosixPath, name: str) -> str:
    """Name a file from the root; empty for one that isn't the repository's."""
    path = posixpath.normpath(str(folder / name))
    return "" if "://" in name or path.startswith(("..", "/")) else path
