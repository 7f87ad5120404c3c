"""Which tests may be benchmarks: those that are given pytest-benchmark's fixture, and those that may ask for it while they run.

The first are known from the names of fixtures. For the others nothing but running them would do, which a suite with thousands of
other tests beside its benchmarks can't afford: so code is read, and only what may come by the fixture is run.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from .suspicion import Suspicion

GIVEN = "given"
"""It is given the fixture, be it through fixtures of the suite."""
SUSPECT = "suspect"
"""Its code, or that of its fixtures, may ask for the fixture."""
NESTED = "nested"
"""It runs a pytest of its own over benchmarks."""

_PLUGIN = "pytest_benchmark.plugin"
_NAMES = ("benchmark", "benchmark_weave")
_RUNNERS = {"pytester", "testdir"}
_WORD = re.compile(r"\bbenchmark\b")


class Candidates:
    """Tells benchmarks from other tests, all of one session; without reading code, those alone that are given the fixture."""

    def __init__(self, session: pytest.Session, *, reading: bool) -> None:
        """Begin with what fixtures there are."""
        self._fixtures = _fixtures(session)
        self._suspicion = Suspicion(session, self._fixtures, self._giving()) if reading else None

    def kind(self, item: pytest.Item) -> str:
        """Return what kind of candidate a test is; empty for a test that can't be a benchmark."""
        known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", None) or {}
        names = {*known, *getattr(item, "fixturenames", ())}
        added = [found for name in names - known.keys() for found in self._fixtures.get(name, ())]
        if any(_given(name, definitions) for name, definitions in known.items()) or any(map(_own, added)):
            return GIVEN
        if self._suspicion is None:
            return ""
        definitions = [*added, *(found for group in known.values() for found in group)]
        if self._suspicion.falls_on(item, definitions):
            return SUSPECT
        return NESTED if _nested(item, names) else ""

    def _giving(self) -> set[str]:
        """Name the fixtures that are pytest-benchmark's, or are given one of those."""
        giving = set(_NAMES)  # whatever pytest keeps where
        while True:
            more = {
                name
                for name, definitions in self._fixtures.items()
                if any(_own(found) or not giving.isdisjoint(found.argnames) for found in definitions)
            } - giving
            if not more:
                return giving
            giving |= more


def _fixtures(session: pytest.Session) -> dict[str, list[Any]]:
    """List the definitions of all fixtures by name: what tests are given, and what the manager has, however it keeps them."""
    manager: Any = getattr(session, "_fixturemanager", None)
    known: list[Any] = [
        getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", None) or {} for item in session.items
    ]
    found = [one for definitions in known for group in definitions.values() for one in group]
    older = getattr(manager, "_arg2fixturedefs", {})
    found += [one for definitions in older.values() for one in definitions]
    found += getattr(manager, "_get_all_fixture_defs", list)()
    named: dict[str, list[Any]] = {}
    for one in {id(one): one for one in found}.values():
        named.setdefault(one.argname, []).append(one)
    return named


def _nested(item: pytest.Item, names: set[str]) -> bool:
    """Return whether a test speaks of benchmarks, and of running pytest: by its plugin for that, or in a process."""
    function = getattr(item, "function", None)
    code = getattr(inspect.unwrap(function) if callable(function) else None, "__code__", None)
    strings = {text for text in getattr(code, "co_consts", ()) if isinstance(text, str)}
    if code is None or not any(_WORD.search(text) for text in strings):
        return False
    return not names.isdisjoint(_RUNNERS) or ("subprocess" in code.co_names and "pytest" in strings)


def _given(name: str, definitions: Any) -> bool:
    """Return whether a fixture of this name is pytest-benchmark's, be it behind others that it is overridden by."""
    for found in reversed(definitions):
        if _own(found):
            return True
        if name not in found.argnames:
            return False
    return False


def _own(definition: Any) -> bool:
    return getattr(definition.func, "__module__", "") == _PLUGIN
