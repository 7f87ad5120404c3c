"""The units of a file, functions, classes and assignments at its top level, and what each of them names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from .identity.mentions import heads
from .identity.sources import inner

GETTERS = {"getfixturevalue", "getfuncargvalue", "getfixture"}
OWN = {"BenchmarkFixture", "BenchmarkSession", "_benchmarksession"}
"""Names of pytest-benchmark's own, by which a fixture can be built."""
HOOKS = {
    "pytest_runtest_protocol",
    "pytest_runtest_setup",
    "pytest_runtest_call",
    "pytest_runtest_teardown",
    "pytest_pyfunc_call",
    "pytest_fixture_setup",
}
"""Hooks that pytest calls around each test."""

_SPEAKING = re.compile("|".join(sorted(GETTERS | OWN)))
_WORD = re.compile(r"\w+")
_GUARDS = {"fixturenames", "funcargs"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Unit:
    """A unit of a file: its name, and the node of it."""

    def __init__(self, path: str, name: str, node: ast.AST) -> None:
        """Look no closer yet."""
        self.path, self.name, self.node = path, name, node
        self.key = (path, f"{name}:{getattr(node, 'lineno', 0)}")

    def holds(self, line: int) -> bool:
        """Return whether a line is one of it, decorators included."""
        node: Any = self.node
        first = min([node.lineno, *(found.lineno for found in getattr(node, "decorator_list", ()))])
        return bool(first <= line <= (node.end_lineno or node.lineno))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All that it consists of, but for annotations: who only says a type asks for nothing."""
        return list(_walk(self.node))

    @cached_property
    def names(self) -> set[str]:
        """What it names."""
        return {text for node in self.nodes for text in _named(node)}

    @cached_property
    def defined(self) -> set[str]:
        """The functions that are defined in it."""
        return {node.name for node in self.nodes if isinstance(node, _FUNCTIONS)}

    @property
    def callable_by_name(self) -> bool:
        """Whether others call it by its name: fixtures, hooks and tests are pytest's to call, and are found by that."""
        return not (self.name.startswith(("test_", "pytest_")) or self._fixture)

    def asks(self, giving: set[str], *, own: bool) -> bool:
        """Return whether it asks for one of the fixtures that give; own: it is the project's, not a plugin's."""
        if not OWN.isdisjoint(self.names) or (own and any(node.value in GETTERS for node in self._strings())):
            return True
        guarded = self._guarded()
        for call in (node for node in self.nodes if isinstance(node, ast.Call)):
            if not GETTERS.isdisjoint(_named(call.func)):
                name = next(iter([*call.args, *(word.value for word in call.keywords)]), None)
                text = name.value if isinstance(name, ast.Constant) else None
                if (own and not guarded) if text is None else text in giving - guarded:
                    return True
        return False

    def lists(self, giving: set[str]) -> bool:
        """Return whether it holds the name of such a fixture in parameters, which some plugin may turn into the fixture."""
        if self.name.startswith("pytest_") or self._fixture:
            return False
        tables = [self.node] if self.assigned else self._decorators()
        return any(
            isinstance(node, ast.Constant) and node.value in giving for table in tables for node in ast.walk(table)
        )

    @property
    def assigned(self) -> bool:
        """Whether it is an assignment."""
        return isinstance(self.node, (ast.Assign, ast.AnnAssign))

    def _strings(self) -> Iterator[ast.Constant]:
        return (node for node in self.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))

    @cached_property
    def _fixture(self) -> bool:
        """Whether it is a fixture."""
        return any("fixture" in text for found in getattr(self.node, "decorator_list", ()) for text in heads(found))

    def _decorators(self) -> list[ast.AST]:
        return [found for node in self.nodes for found in getattr(node, "decorator_list", ())]

    def _guarded(self) -> set[str]:
        """List the names that it takes only where a test has them anyway: `"benchmark" in request.fixturenames`."""
        compared = [
            node for node in self.nodes if isinstance(node, ast.Compare) and isinstance(node.left, ast.Constant)
        ]
        found = [
            node.left.value  # type: ignore[attr-defined]
            for node in compared
            if isinstance(node.ops[0], (ast.In, ast.NotIn)) and not _GUARDS.isdisjoint(_named(node.comparators[0]))
        ]
        return {text for text in found if isinstance(text, str)}


class Module:
    """A file; `own` says that it is the project's."""

    def __init__(self, path: str, own: bool) -> None:
        """Read its text, no more."""
        self.path, self.own = path, own
        try:
            self.text = Path(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            self.text = ""

    def speaks(self) -> bool:
        """Return whether it has a word that asking needs."""
        return bool(_SPEAKING.search(self.text))

    @cached_property
    def _words(self) -> set[str]:
        return set(_WORD.findall(self.text))

    def _names(self, names: set[str]) -> bool:
        """Return whether one of some names stands in its text: mostly words, which a set of those that it has tells at once."""
        return not self._words.isdisjoint(names) or any(
            name in self.text for name in names if not _WORD.fullmatch(name)
        )

    @cached_property
    def units(self) -> list[Unit]:
        """Its units."""
        try:
            return list(_units(self.path, ast.parse(self.text).body))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return []

    def around(self, line: int) -> Unit | None:
        """Find the unit that a line stands in."""
        return next((unit for unit in self.units if unit.holds(line)), None)

    def asking(self, giving: set[str], asking: set[str]) -> Iterator[Unit]:
        """Yield the units that ask for one of the fixtures that give, and those that name one that asks."""
        if not (self.speaks() or (self.own and self._names(giving | asking))):
            return
        lists = {unit.name for unit in self.units if unit.assigned and unit.lists(giving)} if self.own else set()
        for unit in self.units:
            others = unit.names - {unit.name}
            if unit.asks(giving, own=self.own) or (
                self.own and (not others.isdisjoint(asking | lists) or (unit.lists(giving) and not unit.assigned))
            ):
                yield unit


def _units(path: str, body: list[Any]) -> Iterator[Unit]:
    """Yield the units among statements, and among those of conditions and the like."""
    for node in body:
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            yield Unit(path, node.name, node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {text for target in targets for found in ast.walk(target) for text in _named(found)}
            yield from (Unit(path, name, node) for name in names)
        else:
            yield from _units(path, list(inner(node)))


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for field, value in ast.iter_fields(node):
        if field not in {"annotation", "returns"}:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _walk(child)


def _named(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Attribute):
        return {node.attr}
    if isinstance(node, ast.alias):
        return {node.name.rpartition(".")[2]}
    return set()
