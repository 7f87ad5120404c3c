"""Where files lie: in the arm's worktree, in the user's own checkout, or with what is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from .copies import installed_copies
from .identity.project import SUITES


def relative(path: Path, root: Path) -> str:
    """Name a path from the root folder, with slashes."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def outside(places: Iterable[Path] = ()) -> list[str]:
    """List loaded modules' files that the arm's worktree should have given: in the user's own checkout, or installed.

    `places` are the files and folders whose projects are gated.
    """
    tree, repository = (os.environ.get(name) for name in ("LNTX_DUET_TREE", "LNTX_DUET_REPO"))
    if not tree or not repository:
        return []
    gate = os.environ.get("LNTX_WITHIN") or tree  # the gate's own folder, which may lie in the checkout
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    real = {os.path.realpath(file) for file in files if isinstance(file, str)}
    stray = {file for file in real if within(file, repository) and not within(file, gate) and not installed(file)}
    shared = bool(os.environ.get("LNTX_DUET_SOURCES"))  # an environment that is built for an arm has its own installed
    return sorted(stray | _installed_instead(tree) | (installed_copies(tree, places) if shared else set()))


def _installed_instead(tree: str) -> set[str]:
    """List packages that a source folder of the arm holds, but that were loaded from an installed copy.

    A folder that is no package may be called as one that is installed: `packaging`, `docker`, `build`.
    """
    sources = [source for source in os.environ.get("LNTX_DUET_SOURCES", "").split(os.pathsep) if source]
    held = {
        entry.name
        for source in sources
        for entry in os.scandir(source)
        if entry.name in sys.modules and os.path.isfile(os.path.join(entry.path, "__init__.py"))  # noqa: PTH113, PTH118
    }
    files = {str(getattr(sys.modules[name], "__file__", None) or "") for name in held - SUITES}
    return {file for file in files if file and not within(file, tree)}


def within(path: str, folder: str) -> bool:
    """Return whether a path lies in a folder; both may go through links."""
    return os.path.realpath(path).startswith(os.path.realpath(folder).rstrip(os.sep) + os.sep)


def installed(path: str) -> bool:
    """Return whether a path is that of an installed package, as in a virtual environment inside a checkout."""
    return not {"site-packages", "dist-packages"}.isdisjoint(Path(path).parts) or any(
        within(path, f"{prefix}{os.sep}lib") for prefix in {sys.prefix, sys.base_prefix}
    )
