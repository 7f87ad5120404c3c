"""Where a study's suites lie: lntx's own, or anybody's folder or files."""

import ast
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lntx.errors import InputError
from lntx.suggestion import suggestion
from lntx.training.user_files import named

FIXTURE = "measure"
"""What a test takes that measures: a file without this word has no such test."""

LOOP_SUITE = Path(__file__).with_name("loop_suite.py")
"""The suite that measures files with a loop."""

_PATTERNS = ("test_*.py", "*_test.py")
_PACKAGE = Path(__file__).resolve().parents[1]
_PROJECTS = ("pyproject.toml", "pyvenv.cfg")  # a folder below with one of these is another project, or an environment
_PASSED_OVER = {"__pycache__", "node_modules", "site-packages"}


@dataclass(frozen=True, slots=True)
class Suites:
    """pytest's root folder, and the files in it; own are those that came with lntx."""

    root: Path
    files: tuple[Path, ...]
    own: bool = True

    @property
    def paths(self) -> list[str]:
        """The folders in which somebody's suites find what they import: those of the files, and where the command was given."""
        folders = [str(file.parent) for file in self.files if file != LOOP_SUITE]
        return [] if self.own else list(dict.fromkeys([*folders, str(Path.cwd())]))

    def having(self, points: Collection[str] | None) -> tuple[Path, ...]:
        """Return the files that have some points (`Point.name`), all for None: what the others import takes a second and more."""
        wanted = {point.partition("::")[0] for point in points or ()}
        named = {file: {file.name, os.path.relpath(file, self.root).replace(os.sep, "/")} for file in self.files}
        return tuple(file for file in self.files if named[file] & wanted) or self.files


def name_of(file: str) -> str:
    """Return what a suite is called: its file in the root folder, less `test_` and the ending."""
    folder, slash, name = file.rpartition("/")
    return folder + slash + name.removesuffix(".py").removeprefix("test_").removesuffix("_test")


def own_folder() -> Path:
    """Find lntx's own suites; InputError where this lntx came without them."""
    for found in (_PACKAGE / "bench", _PACKAGE.parent / "bench"):
        if (found / "conftest.py").is_file():
            return found
    raise InputError("this lntx came without its bench suites; install it anew, or work in its source tree")


def settings_file() -> Path:
    """Find pytest's settings for a suite, whoever's it is."""
    return own_folder() / "pytest.ini"


def suites(paths: Sequence[str] = (), names: Sequence[str] = (), *, loops: bool = False) -> Suites:
    """Find the suites in some files and folders, lntx's own for none; of all found, those of some names.

    loops: the suite for files with a loop, too, or it alone. Raises InputError for a path without a suite, and for a name that no
    suite has.
    """
    if loops and not paths:
        return Suites(LOOP_SUITE.parent, (LOOP_SUITE,), own=False)
    found = _given(paths) if paths else Suites(own_folder(), tuple(sorted(own_folder().glob("test_*.py"))))
    known = {name_of(file.relative_to(found.root).as_posix()): file for file in found.files}
    for name in names:
        if name not in known:
            raise InputError(f"no suite is called {name!r}; {suggestion(name, known)}")
    files = tuple(file for name, file in known.items() if name in names or not names)
    return Suites(found.root, (*files, LOOP_SUITE) if loops else files, found.own)


def names_a_loop(path: str) -> bool:
    """Return whether a path names a file with a loop, and no suite; InputError for a file that is no Python."""
    given = named(path)
    return given is not None and (bool(given.name) or (given.file.is_file() and not is_suite(given.file)))


def _given(paths: Sequence[str]) -> Suites:
    places = [Path(path).absolute() for path in paths]
    files = tuple(dict.fromkeys(file for place in places for file in _files(place)))
    above = [place if place.is_dir() else place.parent for place in places]
    return Suites(Path(os.path.commonpath(above)), files, own=False)


def _files(place: Path) -> list[Path]:
    """List the suites that a path names; InputError where there is none."""
    if not place.exists():
        raise InputError(f"there is no file and no folder {place}")
    if place.is_dir():
        if found := [file for file in _inside(place) if _measures(file)]:
            return found
        raise InputError(
            f"no suite lies in {place}: one is a file test_*.py with a test that takes the fixture {FIXTURE!r}; docs/suites.md"
        )
    if place.suffix != ".py":
        raise InputError(f"{place} is no suite: one is a file of Python with a test that takes the fixture {FIXTURE!r}")
    return [place]


def _inside(folder: Path) -> Iterator[Path]:
    """Yield the files of tests in a folder and below it, in their order; hidden folders and other projects are left alone."""
    for parent, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in _PASSED_OVER)
        below[:] = [name for name in below if not any((Path(parent) / name / mark).exists() for mark in _PROJECTS)]
        yield from (Path(parent) / name for name in sorted(names) if any(Path(name).match(one) for one in _PATTERNS))


def _measures(file: Path) -> bool:
    try:
        return FIXTURE in file.read_text(encoding="utf-8", errors="replace")
    except OSError:  # a link to nowhere
        return False


def is_suite(file: Path) -> bool:
    """Return whether a file has a test that takes the stopwatch, perhaps by a fixture; InputError for one that is no Python."""
    try:
        tree = ast.parse(file.read_bytes(), filename=file.name)
        compile(tree, file.name, "exec", dont_inherit=True)  # what nests deeply may be read, and not be compiled
    except OSError as error:
        raise InputError(f"can't read {file}: {error.strerror}") from error
    except (SyntaxError, ValueError) as error:  # ValueError: a byte of zero
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise InputError(f"{file.name}{line} is no Python: {error.args[0]}") from error
    except (RecursionError, MemoryError) as error:
        raise InputError(f"{file.name} nests too deeply to be read") from error
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return _measures(file) and any(name.startswith("test") for name in names)
