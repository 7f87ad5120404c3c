"""Python files of the user's own, named by their path (backends, loops): each imported once, and every fault of it in one line.

A file is no part of a package, so it finds its neighbours: its folder is searched first while it is imported, as where Python
runs it, and last afterwards, for what it imports late. Files of two folders may each have a neighbour of one name.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from lntx.errors import InputError, LntxError, told

_NAMED = re.compile(r"(?P<file>.+?\.py)(?::(?P<name>.+))?", re.DOTALL)
_STEM = re.compile(r"[\w-]+")
_folders: set[Path] = set()
"""Those in which files had their neighbours so far."""


class Named(NamedTuple):
    """A file, and the name of what is meant in it; empty where none is given."""

    file: Path
    name: str


def named(text: str) -> Named | None:
    """Read `path/to/file.py` or `path/to/file.py:name`; None for what names no file of Python."""
    found = _NAMED.fullmatch(text)
    return Named(Path(found["file"]).absolute(), found["name"] or "") if found else None


def imported(file: Path) -> ModuleType:
    """Import a file, again where it has changed since; InputError, in one line, for one that isn't there or fails.

    The line is the file's own in which it failed, wherever the error was raised.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        what = "it is a folder" if file.is_dir() else error.strerror
        raise InputError(f"can't read {file}: {what}") from error
    if not _STEM.fullmatch(file.stem):
        raise InputError(f"{file.name} can't be imported: call it by letters, digits, _ and - alone")
    mark = (str(file), sha256(content).hexdigest())
    name = f"lntx_file_{file.stem.replace('-', '_')}"  # the same in every checkout of a project
    known = sys.modules.get(name)
    if known is None or getattr(known, "__lntx_mark__", None) != mark:
        known = _executed(file, name)
        known.__dict__["__lntx_mark__"] = mark
    return known


def _executed(file: Path, name: str) -> ModuleType:
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise InputError(f"{file.name} can't be imported")
    module = module_from_spec(spec)
    sys.modules[name] = module  # before it runs: what it defines looks its own module up
    try:
        with _beside(file.resolve().parent):
            spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, KeyboardInterrupt):
            raise
        if isinstance(error, LntxError):  # in the file, of what lntx was given there
            raise InputError(f"{file.name}{line_in(file, error)}: {error}") from error
        how = "; put what it does as a program below `if __name__ == '__main__':`" * isinstance(error, SystemExit)
        raise InputError(f"{file.name}{line_in(file, error)} fails when it is imported: {told(error)}{how}") from error
    return module


@contextmanager
def _beside(folder: Path) -> Iterator[None]:
    place = str(folder)
    _forget_namesakes(folder)
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)
        if place not in sys.path:
            sys.path.append(place)


def _forget_namesakes(folder: Path) -> None:
    """Forget neighbours of other files that have the name of one in this folder: they would be taken for it."""
    others = _folders - {folder}
    _folders.add(folder)
    tops = {name for name, module in list(sys.modules.items()) if "." not in name and _home(module) in others}
    taken = {name for name in tops if (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()}
    for name in [name for name in sys.modules if name.partition(".")[0] in taken]:
        del sys.modules[name]


def _home(module: ModuleType) -> Path | None:
    """Return the folder in which a module, or the package that it is, was found."""
    place = getattr(module, "__file__", None)
    if not isinstance(place, str):
        return None
    file = Path(place)
    return file.parents[1] if file.name == "__init__.py" else file.parent


def line_in(file: Path, error: BaseException) -> str:
    """Return the line of a file in which an error arose, as `, line 12`; empty where it arose elsewhere."""
    if isinstance(error, SyntaxError) and error.filename == str(file) and error.lineno:
        return f", line {error.lineno}"
    lines, step = [], error.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename == str(file):
            lines.append(step.tb_lineno)
        step = step.tb_next
    return f", line {lines[-1]}" if lines else ""
