"""The members: each file in `backends/`, found by its stem, and what it says of itself."""

import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from lntx.errors import InputError, LntxError
from lntx.suggestion import suggestion
from lntx.training.backends import backends as installed
from lntx_redteam import backends
from lntx_redteam.cases import CASES, Case

WORDS = ("SHOWS", "ENDS", "APART", "TOLD", "HEALED", "OUT_OF_REACH", "HONEST")
"""What a file may say of itself."""


@dataclass(frozen=True, slots=True)
class Member:
    """One backend of the red team; `backends/__init__.py` says what the fields mean."""

    name: str
    label: str
    shows: str = "plain"
    ends: bool = False
    apart: bool = False
    told: str = ""
    healed: str = ""
    out_of_reach: str = ""
    honest: bool = False

    @property
    def case(self) -> Case:
        """The training in which its fault shows."""
        return CASES[self.shows]


def stems() -> list[str]:
    """List the files."""
    return [item.name for item in pkgutil.iter_modules(backends.__path__)]


def member(stem: str) -> Member:
    """Read what a file says of itself."""
    module: Any = import_module(f"{backends.__name__}.{stem}")
    label = str(module.__doc__).strip().splitlines()[0].rstrip(".")
    said = {name.lower(): getattr(module, name) for name in WORDS if hasattr(module, name)}
    return Member(stem.replace("_", "-"), label, **said)


def chosen(names: Sequence[str] = ()) -> list[Member]:
    """Find members by name, all for none named, the honest ones last.

    Raises InputError for an unknown one, LntxError for one that lntx doesn't find or can't load.
    """
    known = {one.name: one for one in map(member, stems())}
    for name in names:
        if name not in known:
            raise InputError(f"no member is called {name!r}; {suggestion(name, known)}")
    found = [one for one in known.values() if not names or one.name in names]
    loaded = installed()
    for one in found:
        if one.name not in loaded:
            raise LntxError(f"lntx knows no backend {one.name}: pip install -e bench/redteam, which names it")
        if reason := loaded[one.name].refuses(None, None, "cpu"):
            raise LntxError(f"{one.name} is itself broken: {reason}")
    return sorted(found, key=lambda one: one.honest)
