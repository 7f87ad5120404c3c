"""Installed copies of what is gated: in an environment that both arms share, one is neither arm's own code.

Where a project's code lies in no folder that the arms import from, an installed release of it would be imported in its place by
both, and no change would ever be seen. What a project is called stands in its files, what was installed under that name in pip's.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from itertools import islice
from pathlib import Path

_NAME = r"^{}\s*[=:]\s*[\"']?([A-Za-z0-9][\w.-]*)"
_TABLES = {
    "pyproject.toml": (
        (r"^\[(?:project|tool\.poetry)\]\s*$", "name"),
        (r"^\[tool\.flit\.metadata\]\s*$", "(?:dist-name|module)"),
    ),
    "setup.cfg": ((r"^\[metadata\]\s*$", "name"),),
}
_IN_SETUP = re.compile(r"\bname\s*=\s*[\"']([A-Za-z0-9][\w.-]*)[\"']")
_DEEP = 4  # folders above a package
_LOOKS = 20  # files that are looked for in the worktree: one tells


def installed_copies(tree: str, places: Iterable[Path]) -> set[str]:
    """Name a loaded file that an installed release gave, where the arm's worktree has one of that name for itself.

    `places` are the files and folders whose projects count: what else is installed beside them may well be a release.
    """
    root = Path(os.path.realpath(tree))
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    loaded = {os.path.realpath(file) for file in files if isinstance(file, str)}
    given = {
        file: below
        for name in sorted(_declared(root, places))
        for file, below in _files(name)
        if file in loaded and not file.startswith(f"{root}{os.sep}")
    }
    return {*islice((file for file, below in islice(given.items(), _LOOKS) if _held(root, below)), 1)}


def _declared(root: Path, places: Iterable[Path]) -> set[str]:
    """Return what the projects are called that some places belong to; where there is none, those of folders below the root."""
    above = {
        folder for place in places for folder in (place, *place.parents) if folder == root or root in folder.parents
    }
    found = {name for folder in above for name in names_of(folder)}
    if found:
        return found
    return {
        name for depth in ("*", "*/*") for folder in root.glob(depth) if folder.is_dir() for name in names_of(folder)
    }


def names_of(folder: Path) -> Iterator[str]:
    """Yield what the project in a folder is called by its files."""
    for file, tables in _TABLES.items():
        text = _text(folder / file)
        for table, key in tables if text else ():
            head = re.search(table, text, re.MULTILINE)
            body = text[head.end() :] if head else ""
            found = re.search(
                _NAME.format(key), re.split(r"^\[", body, maxsplit=1, flags=re.MULTILINE)[0], re.MULTILINE
            )
            if found:
                yield found[1]
    if found := _IN_SETUP.search(_text(folder / "setup.py")):
        yield found[1]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _files(name: str) -> Iterator[tuple[str, str]]:
    """Yield the Python files of an installed distribution, and how they are named below the folder of packages."""
    try:
        known = metadata.distribution(name)
    except (metadata.PackageNotFoundError, ValueError):
        return
    for file in known.files or ():
        if file.suffix == ".py":
            yield os.path.realpath(str(known.locate_file(file))), str(file)


def _held(root: Path, below: str) -> bool:
    return any(next(root.glob("*/" * depth + below), None) for depth in range(_DEEP))
