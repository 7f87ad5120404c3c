"""Globs in the project's own file: which benchmarks a table of it means."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Protocol, TypeVar


class Table(Protocol):
    """A table of the file, which means the benchmarks that its glob names."""

    @property
    def benchmark(self) -> str:
        """The glob."""
        ...


T = TypeVar("T", bound=Table)


def names(glob: str, name: str) -> bool:
    """Return whether a glob means a benchmark: * and ? stand for anything, slashes too, and brackets for themselves.

    Names hold their parameters in brackets, so `test_a[x-*]` means what it looks like.
    """
    return fnmatchcase(name, glob.replace("[", "[[]"))


def last(tables: Sequence[T], name: str) -> T | None:
    """Return the last table that means a benchmark, which is the one that counts: exceptions stand below what is general."""
    return next((one for one in reversed(tables) if names(one.benchmark, name)), None)


def nameless(glob: str, known: Iterable[str]) -> bool:
    """Return whether a glob means none of the benchmarks there are."""
    return not any(names(glob, name) for name in known)


def listed(found: Sequence[str], most: int = 5) -> str:
    """List names, and count those beyond some."""
    rest = [f"{len(found) - most:,} more"] if len(found) > most else []
    return ", ".join([*found[:most], *rest])
