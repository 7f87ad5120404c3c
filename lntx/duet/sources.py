"""Where the arms import from: folders below that in which the gate runs, and below the repository's root."""

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from lntx.errors import InputError

if TYPE_CHECKING:
    from lntx.duet.config import GateConfig

_ROOT = PurePosixPath()


def below_root(config: "GateConfig", root: Path) -> PurePosixPath:
    """Return the folder that a gate runs in, from the repository's root."""
    return PurePosixPath(config.where.resolve().relative_to(root.resolve()).as_posix())


def sources(config: "GateConfig", root: Path) -> list[PurePosixPath]:
    """List the folders from which the arms import, from the root: those below the folder that the gate runs in come first."""
    where = below_root(config, root)
    found = (joined(place, name) for place in (where, _ROOT) for name in config.sources)
    return list(dict.fromkeys(place for place in found if place is not None))


def check_sources(config: "GateConfig", root: Path, tree: Path) -> None:
    """Raise InputError for a source folder that somebody named and head hasn't got."""
    if config.sources == config.__dataclass_fields__["sources"].default:
        return
    for name in config.sources:
        places = [joined(place, name) for place in (below_root(config, root), _ROOT)]
        if not any(place is not None and (tree / place).is_dir() for place in places):
            raise InputError(
                f"--source {name}: head has no such folder, neither here nor at the root of the repository"
            )


def joined(place: PurePosixPath, name: str) -> PurePosixPath | None:
    """Return a path below a folder, from the root; None where it leads out of the repository."""
    found = os.path.normpath(place / name)
    return None if found.startswith(("..", "/")) else PurePosixPath(found)


def below(word: str, where: Path, root: Path) -> str:
    """Write an argument of pytest's that holds an absolute path into the checkout so that it is meant from the gate's folder.

    In an arm it would lead back to the user's own files.
    """
    option, equals, value = word.partition("=") if word.startswith("-") else ("", "", word)
    path, colons, rest = value.partition("::")
    if not Path(path).is_absolute() or not Path(path).resolve().is_relative_to(root.resolve()):
        return word
    return f"{option}{equals}{os.path.relpath(Path(path).resolve(), where.resolve())}{colons}{rest}"
