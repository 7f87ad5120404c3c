"""Installed files that run in the place of changed ones: in an environment that both arms share, neither arm's change is seen.

That a file of the same name is installed proves nothing: it may be another project's. It counts where it was installed from this
repository, by pip's own note or by the name that the project declares, or where it reads like the changed file.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from importlib import metadata
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from .copies import names_of
from .identity.project import SUITES, below
from .missed import Missed

_BORROWED = re.compile(
    r"_?vendor(ed|s)?|_?third[_-]?party|_?extern(al|als)?|typings|stubs|(.*[_-])?(bench(es|marks?|marking|ing)?|tests?)"
)
"""Folders that hold other projects' code, or none that is installed."""
_SITES = ("site-packages", "dist-packages")
_ALIKE = 3  # lines that two files share, at least, and half of the shorter one
_LOOKS = 20  # files by which a release is known
_HELD = 0.8  # share of them that the worktree must have

_BUILDERS = {"pyximport", "torch.utils.cpp_extension"}
"""Modules that compile a project's sources while it runs."""


def apart(changed: Sequence[str], missed: Missed | None, opened: Iterable[str]) -> dict[str, Any]:
    """Return what of a change isn't run in this process: installed `copies` of it, `compiled` files that it has no part in.

    `missed` are compiled files that the user has and this process didn't find, `read` those of the changed files that it opened,
    `builds` says that it has loaded what was compiled for it. Nothing is told of an environment that was built for the arm.
    """
    tree, repository = (os.environ.get(name) for name in ("LNTX_DUET_TREE", "LNTX_DUET_REPO"))
    if not tree or not repository or not os.environ.get("LNTX_DUET_SOURCES"):
        return {"copies": [], "compiled": [], "missed": [], "read": [], "builds": True}
    found, paths = StandIns(tree, repository, changed), set(map(os.path.realpath, opened))
    return {
        "copies": found.python(),
        "compiled": found.compiled(),
        "missed": missed.compiled(tree, repository, opened) if missed else [],
        "read": [name for name in changed if str(found.tree / name) in paths],
        "builds": found.builds(),
    }


class StandIns:
    """What is loaded from where packages are installed, beside a worktree of a repository in which some files changed."""

    def __init__(self, tree: str, repository: str, changed: Sequence[str]) -> None:
        """Look at what is loaded."""
        self.tree, self.repository = (Path(os.path.realpath(path)) for path in (tree, repository))
        self.changed = [PurePosixPath(name) for name in changed]
        files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
        real = {os.path.realpath(file) for file in files if isinstance(file, str)}
        named = {file: _installed_as(file) for file in real if below(file, self.tree) is None}
        self.loaded = {file: name for file, name in sorted(named.items()) if name}

    def python(self) -> list[str]:
        """List the installed Python files that stand for changed ones."""
        changed: dict[str, list[PurePosixPath]] = {}
        for name in self.changed:
            if name.suffix == ".py" and not _borrowed(name.parent.parts):
                changed.setdefault(name.name, []).append(name)
        return [
            file for file, name in self.loaded.items() if name.endswith(".py") and self._stands(file, name, changed)
        ]

    def compiled(self) -> list[str]:
        """List the installed extension modules that were made from this repository."""
        found = [file for file in self.loaded if file.endswith(tuple(EXTENSION_SUFFIXES))]
        return [file for file in found if file in self._own or self._made_here(self.loaded[file])]

    def builds(self) -> bool:
        """Return whether something is loaded that was compiled for this arm."""
        own = Path(os.path.realpath(os.environ.get("LNTX_WITHIN") or self.tree))
        files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        made = (file for file in files if isinstance(file, str) and file.endswith(tuple(EXTENSION_SUFFIXES)))
        return not _BUILDERS.isdisjoint(sys.modules) or any(below(os.path.realpath(file), own) for file in made)

    def _stands(self, file: str, name: str, changed: dict[str, list[PurePosixPath]]) -> bool:
        path = PurePosixPath(name)
        for one in changed.get(path.name, ()):
            above = one.parts[: len(one.parts) - len(path.parts)]
            if one.parts[len(above) :] == path.parts and self._importable(above):
                return file in self._own or _alike(Path(file), self.tree / one)
        source = self._sources.get(file)
        if source is None or self._place(path):
            return False
        # Its folder has another name in the repository, by what setup.py says: the file's own is all to go by.
        return any(source in (self.repository / one).parents for one in changed.get(path.name, ()))

    def _importable(self, above: Sequence[str]) -> bool:
        """Return whether what lies in a folder is imported by its own name: the folder is no package."""
        return not (above and (self.tree.joinpath(*above) / "__init__.py").exists())

    def _place(self, path: PurePosixPath) -> Path | None:
        """Find a file of the worktree that is installed by such a name."""
        found = (one for depth in range(4) for one in self.tree.glob("*/" * depth + str(path)))
        top = len(path.parts)
        return next((one for one in found if self._importable(one.relative_to(self.tree).parts[:-top])), None)

    @cached_property
    def _sources(self) -> dict[str, Path]:
        """Name the files that pip has installed from a folder of the repository, and the folder."""
        found = {}
        for one in metadata.distributions():
            folder = _folder(one)
            if folder and (folder == self.repository or below(str(folder), self.repository) is not None):
                found.update(dict.fromkeys(_files(one), folder))
        return found

    @cached_property
    def _own(self) -> set[str]:
        """Name the files that were installed from here, or under the name of a project that lies here."""
        folders = {self.tree / above for name in self.changed for above in name.parents}
        names = {name for folder in folders for name in names_of(folder)}
        found = set(self._sources)
        for name in names:
            try:
                found |= set(_files(metadata.distribution(name)))
            except (metadata.PackageNotFoundError, ValueError):
                continue
        return found

    def _made_here(self, name: str) -> bool:
        """Return whether the worktree has the Python files of the release that an extension module belongs to."""
        for one in metadata.distributions():
            record = one.read_text("RECORD") or ""
            if f"\n{name}," in f"\n{record}":
                lines = (line.partition(",")[0] for line in record.splitlines())
                python = [line for line in lines if line.endswith(".py")][:_LOOKS]
                held = sum(self._place(PurePosixPath(line)) is not None for line in python)
                return bool(python) and held >= _HELD * len(python)
        return False


def _installed_as(file: str) -> str:
    """Name a file from the folder of packages that it lies in; empty for any other."""
    parts = Path(file).parts
    at = max((number for number, part in enumerate(parts) if part in _SITES), default=-1)
    return "/".join(parts[at + 1 :]) if at >= 0 else ""


def _borrowed(parts: Iterable[str]) -> bool:
    return any(part in SUITES or _BORROWED.fullmatch(part) for part in parts)


def _folder(one: metadata.Distribution) -> Path | None:
    """Return the folder that a release was made from, where it was one, and its files were copied."""
    try:
        said = json.loads(one.read_text("direct_url.json") or "{}")
        url = urlsplit(said.get("url", ""))
    except (ValueError, AttributeError):
        return None
    if url.scheme != "file" or "dir_info" not in said or (said["dir_info"] or {}).get("editable"):
        return None
    return Path(os.path.realpath(unquote(url.path)))


def _files(one: metadata.Distribution) -> Iterator[str]:
    for file in one.files or ():
        if file.suffix in {".py", ".so", ".pyd"}:
            yield os.path.realpath(str(one.locate_file(file)))


def _alike(one: Path, other: Path) -> bool:
    """Return whether two files share what no two projects share by chance."""
    first, second = (_lines(path) for path in (one, other))
    common = len(first & second)
    return common >= _ALIKE and 2 * common >= min(len(first), len(second))


def _lines(path: Path) -> set[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return set()
    return {line.strip() for line in text.splitlines() if line.strip()}
