"""Imports that fail in an arm where the user's own would succeed: of what was compiled, and lies in no commit.

Code that has something in its place (`except ImportError`) then runs without it, and nothing is heard of that.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from typing import Any

_LIBRARIES = (*EXTENSION_SUFFIXES, ".so", ".dylib", ".dll")


class Missed:
    """Stands behind all other finders of modules, and so is asked for what none of them has found."""

    def __init__(self) -> None:
        """Begin to listen."""
        self.names: dict[str, list[str] | None] = {}
        sys.meta_path.append(self)

    def find_spec(self, name: str, path: Any = None, _target: Any = None) -> None:
        """Note a module, and the folders of its package; find nothing."""
        if name not in self.names:
            self.names[name] = None if path is None else [str(folder) for folder in path]

    def compiled(self, tree: str, repository: str, opened: Iterable[str] = ()) -> list[str]:
        """List the compiled files in the user's checkout, or installed, that would have been loaded.

        `opened` are paths that were tried.
        """
        absent = [(name, path) for name, path in list(self.names.items()) if name not in sys.modules]
        found = {file for name, path in absent for file in _compiled(name, path, tree, repository)}
        tried = (_below(path, tree) for path in opened if path.endswith(_LIBRARIES) and not os.path.exists(path))  # noqa: PTH110
        return sorted(found | {name for name in tried if name and os.path.isfile(os.path.join(repository, name))})  # noqa: PTH113, PTH118


def _compiled(name: str, path: list[str] | None, tree: str, repository: str) -> Iterator[str]:
    """Yield what would give a module: in the user's checkout by its name there, else by its whole path."""
    package, _, last = name.rpartition(".")
    sources = os.environ.get("LNTX_DUET_SOURCES", "").split(os.pathsep)
    own = [below for folder in (sources if path is None else path) if (below := _below(folder, tree)) is not None]
    files = [f"{last}{suffix}" for suffix in EXTENSION_SUFFIXES]
    for below in own:
        named = (os.path.normpath(os.path.join(below, file)) for file in files)  # noqa: PTH118
        yield from (name for name in named if os.path.isfile(os.path.join(repository, name)))  # noqa: PTH113, PTH118
    if own and package:  # a release that is installed beside the arm's own package
        beside = (os.path.join(folder, *package.split("."), file) for folder in sys.path for file in files)  # noqa: PTH118
        yield from (
            file
            for file in beside
            if os.path.isfile(file) and _below(file, tree) is None  # noqa: PTH113
        )


def _below(path: str, folder: str) -> str | None:
    """Name a path from a folder, "" for itself; None where it lies elsewhere."""
    real, start = os.path.realpath(path), os.path.realpath(folder)
    if real == start:
        return ""
    return os.path.relpath(real, start) if path and real.startswith(f"{start}{os.sep}") else None
