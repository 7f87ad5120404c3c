"""All checks, one after another."""

import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from types import ModuleType

from lntx.doctor import checks
from lntx.doctor.finding import Finding
from lntx.doctor.machine import Machine


def modules() -> list[ModuleType]:
    """Find the files of checks, in the order in which their findings are told."""
    found = [import_module(f"{checks.__name__}.{item.name}") for item in pkgutil.iter_modules(checks.__path__)]
    return sorted(found, key=lambda module: (module.ORDER, module.__name__))


def examined(machine: Machine) -> tuple[Finding, ...]:
    """Let each check look at a machine; warnings come first."""
    found = [replace(one, says=_line(one.says), check=name) for name, look in _looks() for one in look(machine)]
    return tuple(sorted(found, key=lambda one: one.kind != "warning"))


def _line(text: str) -> str:
    """Write what a check says in one line, whatever stood in the files that it read."""
    return " ".join(text.split())


def described() -> dict[str, str]:
    """Say of each check what it looks at: the first line of its file."""
    return {_stem(module): inspect.cleandoc(module.__doc__ or "").partition("\n")[0] for module in modules()}


def _looks() -> Iterator[tuple[str, Callable[[Machine], Iterable[Finding]]]]:
    yield from ((_stem(module), module.look) for module in modules())


def _stem(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]
