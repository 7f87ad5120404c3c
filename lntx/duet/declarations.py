"""What files of packages declare: read alike wherever layout, comments and a release of the project itself don't count."""

import ast
import re
import tomllib
from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import PurePosixPath
from typing import Any

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
    ("tool", "tox", "env_run_base", "deps"),
)
"""Where it says what development, or another tool, installs."""
_ENTRIES = (("project", "entry-points"), ("tool", "poetry", "plugins"), ("tool", "flit", "entrypoints"))
"""Where pyproject.toml says what others find under a name; `scripts` are commands, which no code looks up."""
_OPTIONS = ("install_requires", "extras_require", "setup_requires", "tests_require", "python_requires")
_EXTRAS = "options.extras_require"
_VERSION = re.compile(r"_*version_*|VERSION")


def plain(declared: Any) -> Any:
    """Return what is declared without the order of lists and the white space in their lines: neither asks for anything."""
    if isinstance(declared, dict):
        return {key: plain(value) for key, value in declared.items()}
    if isinstance(declared, list) and all(isinstance(one, str) for one in declared):
        return sorted("".join(one.split()) for one in declared)
    return declared


def declared(name: str, text: str) -> Reader:
    """Read what a file declares, by the words that name each part."""
    kind = PurePosixPath(name).name
    if kind == "pyproject.toml":
        return _parts(name, text, _DECLARED)
    if kind == "setup.cfg":
        return _setup_cfg(name, text)
    if kind == "setup.py":
        return {name: _setup_py(text)}
    return {name: _lines(text)}


def grouped(name: str, text: str) -> Reader:
    """Read what a file lets development, or a tool that makes environments, install."""
    kind = PurePosixPath(name).name
    if kind == "noxfile.py":
        return {f"session.install in {name}": _installed(text)}
    if kind in {"tox.ini", "setup.cfg"}:
        return {f"deps in {name}": _deps(text)}
    return _parts(name, text, _GROUPED)


def entered(name: str, text: str) -> Reader:
    """Read which entry points a file declares, but for commands."""
    if PurePosixPath(name).name == "pyproject.toml":
        return _parts(name, text, _ENTRIES)
    parser = parsed(text)
    groups = parser.items("options.entry_points") if parser and parser.has_section("options.entry_points") else ()
    found = {group: _lines(value) for group, value in groups if group not in {"console_scripts", "gui_scripts"}}
    return {f"options.entry_points in {name}": found}


def _parts(name: str, text: str, places: Sequence[tuple[str, ...]]) -> Reader:
    project = toml(text)
    if project is None:
        return {name: text}
    found = {f"{'.'.join(place)} in {name}": at(project, *place) for place in places}
    return {place: value for place, value in found.items() if value is not None}


def toml(text: str) -> dict[str, Any] | None:
    """Read TOML; None where it is none."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):  # a number of too many digits is no TOMLDecodeError
        return None


def at(project: Any, *place: str) -> Any:
    """Look a table or a key of it up; None for what isn't there, or no table."""
    for key in place:
        project = project.get(key) if isinstance(project, dict) else None
    return project


def _setup_cfg(name: str, text: str) -> Reader:
    parser = parsed(text)
    if parser is None:
        return {name: text}
    found: dict[str, Any] = {
        key: _lines(parser.get("options", key)) for key in _OPTIONS if parser.has_option("options", key)
    }
    if parser.has_section(_EXTRAS):
        found["extras_require"] = {key: _lines(value) for key, value in parser.items(_EXTRAS)}
    return {f"options.{key} in {name}": value for key, value in found.items()}


def parsed(text: str) -> ConfigParser | None:
    """Read a file of sections; None where it is none."""
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except ConfigError:
        return None
    return parser


def _deps(text: str) -> dict[str, list[str]]:
    """Return what tox installs, by environment."""
    parser = parsed(text)
    sections = parser.sections() if parser else []
    return {one: _lines(parser.get(one, "deps")) for one in sections if parser and parser.has_option(one, "deps")}


def _installed(text: str) -> list[str]:
    """Return what the sessions of nox install, as far as it stands there."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    calls = (node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "install")
    words = (word.value for call in calls for word in call.args if isinstance(word, ast.Constant))
    return [word for word in words if isinstance(word, str)]


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
