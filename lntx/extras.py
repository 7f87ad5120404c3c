"""What an installation may lack, and what to say then: training needs more than the gate and its reports do."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from lntx.errors import MissingExtra

_TRAINING = ("torch", "numba", "safetensors", "scipy")
_INDISPENSABLE = ("torch",)  # of the rest, a training may need none


def demand_training(who: str) -> None:
    """Raise MissingExtra, in the name of who asks, where torch isn't installed."""
    if missing := _missing(who, _INDISPENSABLE):
        raise missing


def explained(who: str, error: ImportError) -> ImportError:
    """Return MissingExtra, in the name of who asked, if that is why something couldn't be imported; else the error itself."""
    return _missing(who, [error.name.partition(".")[0]] if error.name else _TRAINING) or error


def _missing(who: str, needed: Sequence[str]) -> MissingExtra | None:
    """Name all that is missing of what comes with the extra, if something is that is needed."""
    lacking = [name for name in _TRAINING if not _installed(name)]
    if not set(lacking) & set(needed):
        return None
    several = len(lacking) > 1
    names = ", ".join(lacking[:-1]) + f" and {lacking[-1]}" if several else lacking[0]
    return MissingExtra(
        f"{who} needs {names}, which {'are' if several else 'is'} not installed here: pip install 'lntx[train]',"
        " or '.[train]' in a clone of lntx"
    )


def _installed(name: str) -> bool:
    """Whether a module could be imported; it isn't, as torch takes seconds."""
    if sys.modules.get(name) is not None:
        return True
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):  # somebody's finder forbids it, or None stands in its place
        return False
