"""Other tools at the gate's task: one file each, found by its stem.

A file has `LABEL`, `PACKAGE` (what pip calls it), `STATISTICS` (the numbers that people compare, each a rule of its own), and
`measure(tree, folder, budget_s)`, which measures one commit of the subject, checked out at `tree`, about `budget_s` seconds
for each benchmark, and gives the statistics' values by benchmark, in seconds. `folder` is for what it writes.
"""

import pkgutil
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType


def stems() -> list[str]:
    """Name the rivals' files."""
    return [item.name for item in pkgutil.iter_modules(__path__) if item.name not in {"child", "race"}]


def module(stem: str) -> ModuleType:
    """Load a rival's file."""
    return import_module(f"{__name__}.{stem}")


def kind(stem: str) -> str:
    """Name the folder of its runs."""
    return f"rival-{stem}"


def installed(stem: str) -> str | None:
    """Give a rival's version; None where it isn't installed."""
    try:
        return version(module(stem).PACKAGE)
    except PackageNotFoundError:
        return None
