"""What in a file of the user's own is a backend: the file itself, or objects in it."""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from lntx.errors import InputError, told
from lntx.suggestion import suggestion
from lntx.training import user_files

_NEEDS = ("WORK", "refuses", "prepare")
_HOW = "a backend has a docstring, WORK, refuses and prepare (docs/suites.md)"
ALL = "*"


def parts(file: Path) -> dict[str, Any]:
    """Return the backends in a file by their names in it, the file itself by an empty one; InputError where there is none.

    Objects count where the file makes them: instances, and classes that can be called without arguments; not what it imports.
    """
    module = user_files.imported(file)
    found = {"": module} if _complete(module) else {}
    found |= {name: item for name, item in vars(module).items() if _own(item, module) and _complete(item)}
    made = {type(item) for item in found.values()}  # the class of an instance is no second backend
    found = {n: _made(file, n, item) for n, item in found.items() if not (isinstance(item, type) and item in made)}
    if found:
        return found
    some = [need for need in _NEEDS if hasattr(module, need)]
    lacks = [need for need in _NEEDS if need not in some]
    why = f"it has {' and '.join(some)}, but no {' and no '.join(lacks)}" if some else _HOW
    raise InputError(f"{file.name} holds no backend: {why}")


def _complete(item: Any) -> bool:
    return all(hasattr(item, need) for need in _NEEDS)


def _own(item: Any, module: ModuleType) -> bool:
    if isinstance(item, ModuleType):
        return False
    return item.__module__ == module.__name__ if isinstance(item, type) else True


def _made(file: Path, name: str, item: Any) -> Any:
    if not isinstance(item, type):
        return item
    try:
        return item()
    except Exception as error:
        raise InputError(f"{file.name}: the backend {name} can't be made: {told(error)}") from error


def label(name: str, item: Any) -> str:
    """Return the first line of a backend's docstring, else its name."""
    doc = vars(item).get("__doc__") if isinstance(item, SimpleNamespace) else item.__doc__
    return (str(doc or "").strip() or name).splitlines()[0].rstrip(".")


def meant(given: user_files.Named, members: Mapping[str, Any]) -> str:
    """Return the name of the backend that a path means, of those in its file; InputError for several, or another one."""
    base, file = given.file.stem, given.file.name
    if given.name == ALL:
        return f"{base}:{ALL}"
    if given.name:
        name = f"{base}:{given.name}"
        if name not in members:
            inside = [known.partition(":")[2] or base for known in members]
            there = suggestion(given.name, inside, lambda one: f"{file}:{one}")
            raise InputError(f"{file} has no backend {given.name!r}; {there}")
        return name
    first = [name for name in members if not any(name.startswith(f"{other}:") for other in members)]
    if len(first) > 1:
        known = " or ".join(f"{file}:{name.partition(':')[2]}" for name in first)
        raise InputError(f"{file} holds several backends; choose by {known}, or all by {file}:{ALL}")
    return first[0]
