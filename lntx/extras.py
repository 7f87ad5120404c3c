"""What an installation may lack, and what to say then: training needs more than the gate and its reports do."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from lntx.errors import MissingExtra

_TRAINING = ("torch", "numba", "safetensors", "scipy")
_INDISPENSABLE = ("torch",)  # of the rest, a training may need none


def demand_training(who: str, needed: Sequence[str] = _INDISPENSABLE) -> None:
    """Raise MissingExtra, in the name of who asks, where a library that is needed isn't installed.

    It names all that are missing and come with the same extra.
    """
    lacking = [name for name in _TRAINING if not _installed(name)]
    if set(lacking) & set(needed):
        several = len(lacking) > 1
        names = ", ".join(lacking[:-1]) + f" and {lacking[-1]}" if several else lacking[0]
        raise MissingExtra(
            f"{who} needs {names}, which {'are' if several else 'is'} not installed here: pip install 'lntx[train]',"
            " or '.[train]' in a clone of lntx"
        )


def explain(who: str, error: ImportError) -> None:
    """Raise MissingExtra if this is why something couldn't be imported, in the name of who asked; else do nothing."""
    demand_training(who, [error.name.partition(".")[0]] if error.name else _TRAINING)


def _installed(name: str) -> bool:
    """Whether a module could be imported; it isn't, as torch takes seconds."""
    if sys.modules.get(name) is not None:
        return True
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):  # somebody's finder forbids it, or None stands in its place
        return False
