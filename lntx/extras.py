"""What an installation may lack, and what to say then: training needs more than the gate and its reports do."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from lntx.errors import MissingExtra

_TRAINING = ("torch", "numba", "safetensors", "scipy")
_INDISPENSABLE = ("torch",)  # of the rest, a training may need none
_NAMES = {"sklearn": "scikit-learn"}  # what is installed, where it isn't called as it is imported


def demand_training(who: str) -> None:
    """Raise MissingExtra, in the name of who asks, where torch isn't installed."""
    if missing := _missing(who, _INDISPENSABLE):
        raise missing


def explained(who: str, error: ImportError) -> ImportError:
    """Return MissingExtra, in the name of who asked, if that is why something couldn't be imported; else the error itself."""
    name = error.name.partition(".")[0] if error.name else ""
    if name in _NAMES and not _installed(name):
        return MissingExtra(_said(who, [name], name))
    return _missing(who, [name] if name else _TRAINING) or error


def demand(who: str, extra: str, *needed: str) -> None:
    """Raise MissingExtra, in the name of who asks, where any of these isn't installed, which come with an extra."""
    if lacking := [name for name in needed if not _installed(name)]:
        raise MissingExtra(_said(who, lacking, extra))


def _missing(who: str, needed: Sequence[str]) -> MissingExtra | None:
    """Name all that is missing of what comes with the extra, if something is that is needed."""
    lacking = [name for name in _TRAINING if not _installed(name)]
    return MissingExtra(_said(who, lacking, "train")) if set(lacking) & set(needed) else None


def _said(who: str, lacking: Sequence[str], extra: str) -> str:
    """Say what is missing, and with which extra it comes."""
    called = [_NAMES.get(name, name) for name in lacking]
    several = len(called) > 1
    names = ", ".join(called[:-1]) + f" and {called[-1]}" if several else called[0]
    return (
        f"{who} needs {names}, which {'are' if several else 'is'} not installed here: pip install 'lntx[{extra}]',"
        f" or '.[{extra}]' in a clone of lntx"
    )


def _installed(name: str) -> bool:
    """Whether a module could be imported; it isn't, as torch takes seconds."""
    if sys.modules.get(name) is not None:
        return True
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):  # somebody's finder forbids it, or None stands in its place
        return False
