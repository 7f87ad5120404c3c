"""The targets: one file for each kind of work, found by its stem.

A file has `KEYS` (the targets it measures), and `play(keys, quick)`, which measures those of them that are asked for and
gives an `Outcome`. quick is for tests: sizes and rounds so small that everything is shown to work, and nothing else. One
with a `DEVICE` needs it: where it is missing, its targets are measured for nobody who doesn't name them.
"""

import pkgutil
from importlib import import_module
from types import ModuleType

from lntx.errors import InputError
from lntx.suggestion import suggestion
from lntx.training import device as devices


def chosen(keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Find the files that measure some targets, all for none named: their stems, each with its keys among them.

    Raises InputError, with the nearest name, for a target that there isn't.
    """
    known = {stem: tuple(module(stem).KEYS) for stem in _stems() if keys or _runs(stem)}
    there = sorted({key for own in known.values() for key in own}, key=lambda key: int(key[1:]))
    wanted = {key.upper() for key in keys} or set(there)
    for key in keys:
        if key.upper() not in there:
            raise InputError(f"no target is called {key!r}; {suggestion(key.upper(), there)}")
    found = {stem: tuple(key for key in own if key in wanted) for stem, own in known.items()}
    return dict(sorted(((stem, own) for stem, own in found.items() if own), key=lambda item: int(item[1][0][1:])))


def module(stem: str) -> ModuleType:
    """Load a file of targets."""
    return import_module(f"{__name__}.{stem}")


def _runs(stem: str) -> bool:
    """Whether the device that a file of targets needs is here."""
    try:
        devices.check(getattr(module(stem), "DEVICE", "cpu"))
    except InputError:
        return False
    return True


def _stems() -> list[str]:
    return [item.name for item in pkgutil.iter_modules(__path__)]
