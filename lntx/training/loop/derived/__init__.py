"""The ways that follow from a loop's first: each file here is one, found by its stem; `way.Derived` says what it has."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

from lntx.training.loop.way import Derived


@cache
def derived() -> tuple[Derived, ...]:
    """Find them all, in the order of their names."""
    modules: list[Any] = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return tuple(sorted(modules, key=lambda module: module.NAME))
