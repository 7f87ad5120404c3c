"""Which code may ask for pytest-benchmark's fixture, read from its source.

A function, a class or an assignment at the top level of a file is a unit. It asks where it calls `getfixturevalue` (or its like)
with the name of such a fixture, or with a name that it doesn't spell out, or where it names pytest-benchmark's own classes. So
does whoever names a unit that asks, in any of the project's files. A test is suspect if its function, its class or one of its
fixtures asks, or a hook that pytest calls around each test. Wider than the truth: what is suspected is run once, and no more.
"""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from .paths import installed, within
from .units import HOOKS, Module, Unit

_LEFT_OUT = {"_pytest", "pytest", "pytest_benchmark", "pytest_codspeed", __name__.partition(".")[0]}


class Suspicion:
    """Reads the project's files, and its plugins', as far as they may ask for one of the fixtures that give."""

    def __init__(self, session: pytest.Session, fixtures: dict[str, Any], giving: set[str]) -> None:
        """Read, and follow who names whom."""
        self._modules: dict[str, Module] = {}
        self._asking: set[tuple[str, str]] = set()
        plugins = session.config.pluginmanager.get_plugins()
        definitions = [found for known in fixtures.values() for found in known]
        self._read([*sys.modules.values(), *(getattr(item, "module", None) for item in session.items)], own=True)
        self._read([*plugins, *(found.func for found in definitions)], own=False)
        self._read([value for module in self._loaded() for value in list(vars(module).values())], own=False)
        self._follow(fixtures, set(giving))
        self._hooks = self._hooked()

    def falls_on(self, item: pytest.Item, definitions: list[Any]) -> bool:
        """Return whether a test, with the definitions of its fixtures, may ask."""
        if not self._asking:
            return _documented(item)
        functions = [getattr(item, "function", None), *(found.func for found in definitions)]
        classes = [*getattr(getattr(item, "cls", None), "__mro__", ()), *type(item).__mro__]
        return (
            any(self._asks(self._unit(function)) for function in functions)
            or any(self._asks(unit) for found in classes for unit in self._class(found))
            or any(folder is None or within(str(item.path), folder) for folder in self._hooks)
            or _documented(item)
        )

    def _loaded(self) -> list[Any]:
        """List the project's modules that are loaded: what they have from elsewhere may ask for them."""
        files = {path for path, module in self._modules.items() if module.own}
        return [found for found in list(sys.modules.values()) if not files.isdisjoint(_file(found))]

    def _unit(self, function: Any) -> Unit | None:
        """Find the unit that a function stands in."""
        code = getattr(inspect.unwrap(function) if callable(function) else None, "__code__", None)
        module = self._modules.get(os.path.realpath(code.co_filename)) if code else None
        return module.around(code.co_firstlineno) if module and code else None

    def _class(self, kind: type) -> list[Unit]:
        """Find the units that are a class."""
        file = getattr(sys.modules.get(kind.__module__), "__file__", None)
        module = self._modules.get(os.path.realpath(file)) if isinstance(file, str) else None
        name = kind.__qualname__.partition(".")[0]
        return [unit for unit in module.units if unit.name == name] if module else []

    def _asks(self, unit: Unit | None) -> bool:
        return unit is not None and unit.key in self._asking

    def _read(self, holders: list[Any], *, own: bool) -> None:
        """Read the files of modules and of what stands in them: the project's, else those that speak of such fixtures."""
        tree = os.environ.get("LNTX_DUET_TREE") or os.getcwd()  # noqa: PTH109
        for path in {path for holder in holders for path in _file(holder)} - self._modules.keys():
            ours = within(path, tree) and not installed(path)
            if ours or not own:
                module = Module(path, ours)
                if ours or module.speaks():
                    self._modules[path] = module

    def _follow(self, fixtures: dict[str, Any], giving: set[str]) -> None:
        """Find the units that ask, until there are no more: whoever names one that asks, asks; a fixture that asks, gives."""
        before, names = -1, set[str]()
        while before != len(self._asking):
            before = len(self._asking)
            for module in self._modules.values():
                for unit in module.asking(giving, names):
                    self._asking.add(unit.key)
                    if unit.callable_by_name:
                        names.add(unit.name)
            for name, definitions in fixtures.items():
                given = any(self._asks(self._unit(found.func)) for found in definitions)
                if given or any(not giving.isdisjoint(found.argnames) for found in definitions):
                    giving.add(name)

    def _hooked(self) -> set[str | None]:
        """List the folders whose tests a hook that asks is called for; None for all."""
        asked = {path for path, _ in self._asking}  # the others needn't be parsed
        units = [unit for path in asked for unit in self._modules[path].units if self._asks(unit)]
        files = {Path(unit.path) for unit in units if not HOOKS.isdisjoint(unit.defined)}
        return {str(file.parent) if file.name == "conftest.py" else None for file in files}


def _file(holder: Any) -> list[str]:
    """Return the file that a module, a function, or a plugin's class stands in, if it is one to be read."""
    kind = type(holder)
    if inspect.ismodule(holder):
        name = holder.__name__
    else:  # of a plugin that is an object its class's; a value may be anything, and is asked nothing
        named = holder if inspect.isroutine(holder) or inspect.isclass(holder) else kind
        name = str(
            getattr(named, "__module__", "")
        )  # slot wrappers have none, as object.__setattr__ that a module keeps
    module = holder if inspect.ismodule(holder) else sys.modules.get(name)
    file = getattr(module, "__dict__", {}).get("__file__")
    if not isinstance(file, str) or not file.endswith(".py") or name.partition(".")[0] in _LEFT_OUT:
        return []
    return [os.path.realpath(file)]


def _documented(item: pytest.Item) -> bool:
    """Return whether a doctest asks for a fixture, which its own function does."""
    examples = getattr(getattr(item, "dtest", None), "examples", ())
    text = "".join(example.source for example in examples)
    return "getfixture(" in text and "bench" in text
