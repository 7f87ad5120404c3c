"""Where compilers keep what they make can't be written to, as in an image that is read-only: a folder for the moment instead."""

import getpass
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from lntx.errors import LntxError
from lntx.host import temporary
from lntx.host.compilers import VARIABLES, inside
from lntx.storage import places

_PACKAGE = Path(__file__).resolve().parents[1]


def _inductor() -> list[Path]:
    return [Path(tempfile.gettempdir()) / f"torchinductor_{getpass.getuser()}"]


def _triton() -> list[Path]:
    return [Path.home() / ".triton" / "cache"]


def _numba() -> list[Path]:
    """Where numba keeps what it makes of lntx's kernels: beside them, or in the user's own cache."""
    return [_PACKAGE, Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")]


_USUAL: Mapping[str, Callable[[], list[Path]]] = dict(zip(VARIABLES, (_inductor, _triton, _numba), strict=True))


def settled() -> str | None:
    """Name a temporary folder to compilers whose own can't be written to, and return what to say of it, None for nothing.

    Raises InputError where no temporary folder can be made either.
    """
    names = locked()
    if not names:
        return None
    found = inside(temporary.lasting("caches"))
    os.environ.update({name: found[name] for name in names})
    return f"nothing can be kept where {', '.join(names)} say or compilers do by themselves: they start anew each time"


def locked(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Name the variables of the compilers that can keep nothing, neither where these variables say nor in a usual place."""
    return [name for name in VARIABLES if not _writable(name, environment)]


def _writable(name: str, environment: Mapping[str, str]) -> bool:
    """Whether what is compiled can be kept, where the variable says, or in any of the usual places."""
    named = environment.get(name)
    try:
        wanted = [Path(named)] if named else _USUAL[name]()
    except (OSError, KeyError, RuntimeError, ImportError):  # there is no such user, no home, no temporary folder
        return False
    return any(map(_takes, wanted))


def _takes(folder: Path) -> bool:
    with suppress(LntxError):
        places.check_folder(folder.absolute())
        return True
    return False
