"""An asv suite under the gate: its folder, and pytest's arguments with it among them; and where a project has one."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from lntx.errors import InputError
from lntx.storage import sizes

_CONFIGS = ("asv.conf.json", "asv.conf.jsonc")
_DEEP = 3  # folders
_FOLDER = re.compile(r'^(?!\s*//).*"benchmark_dir"\s*:\s*"([^"\\]+)"', re.MULTILINE)  # its JSON may have comments
_USUAL = "benchmarks"  # asv's own default


def named(folder: Path | None, arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Return the folder of an asv suite as it is named from here, empty without one, and what pytest is told.

    A folder with asv's configuration, and that file itself, stand for the suite that it names. InputError for a folder that there
    isn't.
    """
    if folder is None:
        return "", list(arguments)
    found = next((one for one in _configured(folder) if one.is_dir()), folder)
    if not found.is_dir():
        raise InputError(
            f"--asv {folder}: there is no such folder here; give asv's benchmark_dir (asv.conf.json names it)"
        )
    name = os.path.relpath(found)
    return name, told(name, arguments, lambda word: Path(word).exists())


def told(name: str, arguments: Sequence[str], exists: Callable[[str], bool]) -> list[str]:
    """Return what pytest is told: the folder, too, unless the arguments name files or folders of their own."""
    own = any(exists(word.partition("::")[0]) for word in arguments if word and not word.startswith("-"))
    return [*arguments, *([] if own else [name])]


def hint(tree: Path, where: Path) -> str:
    """Say that an arm has asv suites, and by which option they are gated from a folder of it; empty where it has none."""
    found = list(dict.fromkeys(os.path.relpath(one, where) for one in _suites(tree)))
    several = ", or ".join(f"--asv {name}" for name in found)
    return f"; its asv suite{'s are' if len(found) > 1 else ' is'} gated by {several}" if found else ""


def _suites(tree: Path) -> Iterator[Path]:
    for depth in range(_DEEP):
        for config in _CONFIGS:
            for path in sorted(tree.glob("*/" * depth + config)):
                yield from (one for one in _configured(path) if one.is_dir())


def _configured(place: Path) -> Iterator[Path]:
    """Yield the folder that a configuration of asv's names, if the place is one or holds one."""
    for path in [place] if place.name in _CONFIGS else [place / name for name in _CONFIGS]:
        try:
            text = sizes.content(path).decode("utf-8", "replace")
        except OSError:
            continue
        found = _FOLDER.search(text)
        yield path.parent / PurePosixPath(found[1] if found else _USUAL)
