"""Which files are the project's: those of its worktree, and those that were installed from it."""

from __future__ import annotations

import json
import os
import sys
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

SUITES = {
    "tests",
    "test",
    "testing",
    "benchmarks",
    "benchmark",
    "bench",
    "docs",
    "doc",
    "examples",
    "tools",
    "scripts",
}
"""Folders that are packages at times, and hold no code that is installed."""


class Project:
    """The project of an arm: names its files alike in both arms, by their path below the worktree."""

    def __init__(self, tree: str) -> None:
        """Look at the worktree, and for what is installed from it (by pip, which notes where from)."""
        self.tree = Path(os.path.realpath(tree))
        self._installed = {path: name for found in metadata.distributions() for path, name in self._files(found)}
        self.name = lru_cache(maxsize=None)(self._name)  # asked at every call of a function

    def _name(self, path: str) -> str | None:
        """Name a file of the project; None for any other, and for code that has no file, as that of exec."""
        if os.path.basename(path).startswith("<"):  # noqa: PTH119
            return None
        real = os.path.realpath(path)
        return below(real, self.tree) or self._installed.get(real)

    def path(self, name: str) -> Path | None:
        """Find a file of the worktree by its name, if it is there."""
        found = self.tree / name
        return found if found.is_file() else None

    def files(self) -> dict[str, str]:
        """List all files of the worktree but hidden ones, and those that were installed from it, by their names."""
        found = {name: path for path, name in self._installed.items() if os.path.isfile(path)}  # noqa: PTH113
        for folder, folders, names in os.walk(self.tree):
            folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
            for name in names:
                path = os.path.join(folder, name)  # noqa: PTH118  (there may be many)
                found[below(path, self.tree) or path] = path
        return found

    def links(self) -> list[tuple[str, str]]:
        """List the links of the worktree but hidden ones, and where they lead; paths into the worktree from there."""
        found = []
        for folder, folders, names in os.walk(self.tree):
            folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
            paths = (os.path.join(folder, name) for name in (*folders, *names))  # noqa: PTH118
            found += [
                (below(path, self.tree) or path, os.readlink(path).replace(str(self.tree), ""))  # noqa: PTH115
                for path in paths
                if os.path.islink(path)  # noqa: PTH114
            ]
        return sorted(found)

    def strangers(self) -> list[str]:
        """List packages that the worktree holds, but that were loaded from elsewhere: what runs isn't the arm's code."""
        folders = [path.parent for depth in ("*", "*/*", "*/*/*") for path in self.tree.glob(f"{depth}/__init__.py")]
        roots = {folder.name for folder in folders if not (folder.parent / "__init__.py").exists()} - SUITES
        files = {name: getattr(sys.modules.get(name), "__file__", None) for name in sorted(roots)}
        return [f"{name} was loaded from {file}" for name, file in files.items() if file and not self.name(file)]

    def _files(self, distribution: metadata.Distribution) -> list[tuple[str, str]]:
        """List the files of a distribution that was installed from the worktree, and their names."""
        try:
            url = urlsplit(json.loads(distribution.read_text("direct_url.json") or "{}").get("url", ""))
        except ValueError:
            return []
        source = Path(os.path.realpath(unquote(url.path)))
        if url.scheme != "file" or not (source == self.tree or below(str(source), self.tree)):
            return []
        files = distribution.files or []
        return [(os.path.realpath(str(distribution.locate_file(file))), f"installed/{file}") for file in files]


def below(path: str, folder: Path) -> str | None:
    """Name a real path from a folder, with slashes; None where it lies elsewhere."""
    start = f"{folder}{os.sep}"
    return path[len(start) :].replace(os.sep, "/") if path.startswith(start) else None
