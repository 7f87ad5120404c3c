"""Which packages a suite needs, as its repository declares it: one environment serves both arms only where that is the same.

What governs a suite are the files in the folder that the gate runs in, in those of the benchmarks and of the code that is
imported, and in all folders above them. What lies elsewhere in the repository is told of, and no more.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from lntx.duet.repository import Repository
from lntx.errors import InputError
from lntx.result import ARMS, Arm

Reader = Mapping[str, Any]
"""What a file says, by what it is called for people."""

_DECLARED = (
    ("project", "dependencies"),
    ("project", "optional-dependencies"),
    ("project", "requires-python"),
    ("build-system", "requires"),
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "extras"),
    ("tool", "flit", "metadata", "requires"),
    ("tool", "flit", "metadata", "requires-extra"),
    ("tool", "setuptools", "dynamic", "dependencies"),
    ("tool", "setuptools", "dynamic", "optional-dependencies"),
    ("tool", "pixi", "dependencies"),
    ("tool", "pixi", "pypi-dependencies"),
)
"""Where pyproject.toml declares packages for those who install the project."""
_GROUPED = (
    ("dependency-groups",),
    ("tool", "poetry", "group"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "pdm", "dev-dependencies"),
    ("tool", "hatch", "envs"),
    ("tool", "pixi", "feature"),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "uv", "sources"),
    ("tool", "uv", "constraint-dependencies"),
    ("tool", "uv", "override-dependencies"),
)
"""Where it says what development, or another tool, installs."""
_OPTIONS = ("install_requires", "extras_require", "setup_requires", "tests_require", "python_requires")
_EXTRAS = "options.extras_require"
_PINS = re.compile(
    r"((uv|poetry|pdm|pixi|conda|Pipfile)\.lock|Pipfile|pixi\.toml|pylock(\..+)?\.toml|([\w-]*conda[\w-]*|[\w-]*environment[\w-]*)\.ya?ml|"
    r"[\w.-]*(requirements|constraints)[\w.-]*\.(txt|in))"
)
"""Names of files that say which versions are installed."""
_FOLDERS = {"requirements", "constraints", "deps", "dependencies"}
_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")  # those that declare, in each folder
_VERSION = re.compile(r"_*version_*|VERSION")


@dataclass(frozen=True, slots=True)
class Requirements:
    """What the two arms need, `where` folders of the repository govern the suite."""

    repository: Repository
    commits: Mapping[Arm, str]
    where: frozenset[PurePosixPath]

    def redeclared(self) -> list[str]:
        """Return which declarations of packages differ between the arms."""
        return [name for file in self._declaring() for name in self._differing(file, _declared)]

    def pinned(self) -> list[str]:
        """Return where the arms ask for other versions without declaring other packages, and what changed that doesn't govern."""
        elsewhere = [
            name for name in self._changed() if PurePosixPath(name).name in _FILES[:-1] and not self._governs(name)
        ]
        found = [name for file in elsewhere for name in self._differing(file, _declared)]
        files = [name for name in self._changed() if _pins(name) and name not in self._declaring()]
        return [*files, *(name for file in self._projects() for name in self._differing(file, _grouped)), *found]

    def _changed(self) -> list[str]:
        return self.repository.changed(self.commits["base"], self.commits["head"])

    def _governs(self, name: str) -> bool:
        return PurePosixPath(name).parent in self.where

    def _declaring(self) -> list[str]:
        """List the changed files that declare packages for the suite, and those that such files name in turn."""
        found = [name for name in self._changed() if PurePosixPath(name).name in _FILES and self._governs(name)]
        changed = set(self._changed())
        return [*found, *(name for name in dict.fromkeys(self._named()) if name in changed and name not in found)]

    def _projects(self) -> list[str]:
        return [name for name in self._changed() if PurePosixPath(name).name == "pyproject.toml"]

    def _named(self) -> Iterator[str]:
        """Yield the files from which setuptools takes what pyproject.toml declares as dynamic."""
        for folder in self.where:
            for arm in ARMS:
                project = _toml(self._text(arm, str(folder / "pyproject.toml")))
                dynamic = _at(project, "tool", "setuptools", "dynamic")
                for one in _tables(dynamic):
                    files = one.get("file", ())
                    for file in [files] if isinstance(files, str) else files:
                        yield str(folder / str(file))

    def _differing(self, name: str, read: Callable[[str, str], Reader]) -> list[str]:
        one, other = (read(name, self._text(arm, name)) for arm in ARMS)
        return [place for place in dict.fromkeys([*one, *other]) if _plain(one.get(place)) != _plain(other.get(place))]

    def _text(self, arm: Arm, name: str) -> str:
        return (self.repository.content(self.commits[arm], name) or b"").decode("utf-8", "replace")


def _plain(declared: Any) -> Any:
    """Return what is declared without the order of lists and the white space in their lines: neither asks for anything."""
    if isinstance(declared, dict):
        return {key: _plain(value) for key, value in declared.items()}
    if isinstance(declared, list) and all(isinstance(one, str) for one in declared):
        return sorted("".join(one.split()) for one in declared)
    return declared


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


def _pins(name: str) -> bool:
    path = PurePosixPath(name)
    listed = path.parent.name in _FOLDERS and path.suffix in {".txt", ".in"}
    return listed or bool(_PINS.fullmatch(path.name))


def _declared(name: str, text: str) -> Reader:
    """Read what a file declares, by the words that name each part."""
    kind = PurePosixPath(name).name
    if kind == "pyproject.toml":
        return _parts(name, text, _DECLARED)
    if kind == "setup.cfg":
        return _setup_cfg(name, text)
    if kind == "setup.py":
        return {name: _setup_py(text)}
    return {name: _lines(text)}


def _grouped(name: str, text: str) -> Reader:
    return _parts(name, text, _GROUPED)


def _parts(name: str, text: str, places: Sequence[tuple[str, ...]]) -> Reader:
    project = _toml(text)
    if project is None:
        return {name: text}
    found = {f"{'.'.join(place)} in {name}": _at(project, *place) for place in places}
    return {place: value for place, value in found.items() if value is not None}


def _toml(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):  # a number of too many digits is no TOMLDecodeError
        return None


def _at(project: Any, *place: str) -> Any:
    """Look a table or a key of it up; None for what isn't there, or no table."""
    for key in place:
        project = project.get(key) if isinstance(project, dict) else None
    return project


def _tables(dynamic: Any) -> Iterator[dict[str, Any]]:
    """Yield the tables that name files: that of the packages, and one for each extra."""
    one, extras = _at(dynamic, "dependencies"), _at(dynamic, "optional-dependencies")
    yield from (
        found for found in (one, *(extras.values() if isinstance(extras, dict) else ())) if isinstance(found, dict)
    )


def _setup_cfg(name: str, text: str) -> Reader:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except ConfigError:
        return {name: text}
    found: dict[str, Any] = {
        key: _lines(parser.get("options", key)) for key in _OPTIONS if parser.has_option("options", key)
    }
    if parser.has_section(_EXTRAS):
        found["extras_require"] = {key: _lines(value) for key, value in parser.items(_EXTRAS)}
    return {f"options.{key} in {name}": value for key, value in found.items()}


def _setup_py(text: str) -> str:
    """Return a program without its comments, its layout and its own version: a release alone declares nothing."""
    try:
        return _bare(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the latter two where it nests too deeply
        return text


def _bare(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "setup":
            node.keywords = [one for one in node.keywords if one.arg != "version"]
        names = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.Assign) and all(_VERSION.fullmatch(getattr(one, "id", "")) for one in names):
            node.value = ast.Constant(None)
    return ast.dump(tree)


def _lines(text: str) -> list[str]:
    """Return what stands in a list of packages, line by line."""
    lines = (re.split(r"(?:^|\s)#", line)[0].strip() for line in text.splitlines())
    return [line for line in lines if line]
