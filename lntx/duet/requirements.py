"""Which packages a suite needs, as its repository declares it: one environment serves both arms only where that is the same.

What governs a suite are the files in the folder that the gate runs in, in those of the benchmarks and of the code that is
imported, and in all folders above them. What lies elsewhere in the repository is told of, and no more.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lntx.duet.declarations import Reader, declared, entered, grouped, plain
from lntx.duet.included import Included, included
from lntx.duet.repository import Repository
from lntx.errors import InputError
from lntx.result import ARMS, Arm

_PINS = re.compile(
    r"((uv|poetry|pdm|pixi|conda|Pipfile)\.lock|Pipfile|pixi\.toml|pylock(\..+)?\.toml|([\w-]*conda[\w-]*|[\w-]*environment[\w-]*)\.ya?ml|"
    r"[\w.-]*(requirements|constraints)[\w.-]*\.(txt|in))"
)
"""Names of files that say which versions are installed."""
_FOLDERS = {"requirements", "constraints", "deps", "dependencies"}
_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")  # those that declare, in each folder
_TOOLS = {"pyproject.toml", "setup.cfg", "tox.ini", "noxfile.py"}  # those that say what a tool installs
_NO_LISTS = {".py", ".pyi", ".md", ".rst"}  # endings of what no list of packages is called


@dataclass(frozen=True, slots=True)
class Requirements:
    """What the two arms need, `where` folders of the repository govern the suite."""

    repository: Repository
    commits: Mapping[Arm, str]
    where: frozenset[PurePosixPath]

    def redeclared(self) -> list[str]:
        """Return which declarations of packages differ between the arms."""
        return [name for file in self._declaring() for name in self._differing(file, declared)]

    def pinned(self) -> list[str]:
        """Return where the arms ask for other versions without declaring other packages, and what changed that doesn't govern."""
        elsewhere = [
            name for name in self._changed() if PurePosixPath(name).name in _FILES[:-1] and not self._governs(name)
        ]
        found = [name for file in elsewhere for name in self._differing(file, declared)]
        constraining = self._included().constraining
        files = [
            name for name in self._changed() if (pins(name) or name in constraining) and name not in self._declaring()
        ]
        tools = [name for name in self._changed() if PurePosixPath(name).name in _TOOLS]
        return [*files, *(name for file in tools for name in self._differing(file, grouped)), *found]

    def entered(self) -> list[str]:
        """Return which declarations of entry points differ between the arms."""
        files = [name for name in self._changed() if PurePosixPath(name).name in {"pyproject.toml", "setup.cfg"}]
        return [name for file in files for name in self._differing(file, entered)]

    def _changed(self) -> list[str]:
        return self.repository.changed(self.commits["base"], self.commits["head"])

    def _governs(self, name: str) -> bool:
        return PurePosixPath(name).parent in self.where

    def _declaring(self) -> list[str]:
        """List the changed files that declare packages for the suite, and those that such files name in turn."""
        found = [name for name in self._changed() if PurePosixPath(name).name in _FILES and self._governs(name)]
        changed = set(self._changed())
        return [*found, *(name for name in sorted(self._included().declaring) if name in changed and name not in found)]

    def _included(self) -> Included:
        """Find the files that those which declare name in turn, in either arm."""
        changed = [name for name in self._changed() if PurePosixPath(name).suffix not in _NO_LISTS]
        found = [self._included_in(arm, changed) for arm in ARMS] if changed else []
        return Included(
            frozenset(name for one in found for name in one.declaring),
            frozenset(name for one in found for name in one.constraining),
        )

    def _included_in(self, arm: Arm, changed: Sequence[str]) -> Included:
        there = {*self.repository.files(self.commits[arm])}
        return included(lambda name: self._text(arm, name) if name in there else "", self.where, changed)

    def _differing(self, name: str, read: Callable[[str, str], Reader]) -> list[str]:
        one, other = (read(name, self._text(arm, name)) for arm in ARMS)
        return [place for place in dict.fromkeys([*one, *other]) if plain(one.get(place)) != plain(other.get(place))]

    def _text(self, arm: Arm, name: str) -> str:
        return (self.repository.content(self.commits[arm], name) or b"").decode("utf-8", "replace")


def governing(folders: Iterable[PurePosixPath]) -> frozenset[PurePosixPath]:
    """Return folders, and all that are above them, the root included."""
    return frozenset(above for folder in folders for above in (folder, *folder.parents))


def same_requirements(found: Requirements) -> None:
    """Raise InputError where one environment can't be right for both arms."""
    if differ := found.redeclared():
        raise InputError(
            f"base and head declare different packages ({', '.join(differ)}); give --build COMMAND to install each arm into "
            "an environment of its own, or --one-environment to measure both in this one"
        )


def pins(name: str) -> bool:
    """Return whether a file is one of versions, by its name."""
    path = PurePosixPath(name)
    listed = path.parent.name in _FOLDERS and path.suffix in {".txt", ".in"}
    return listed or bool(_PINS.fullmatch(path.name))
