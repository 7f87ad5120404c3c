"""The family of backends: each file here is one, found by its stem; other packages add theirs by entry point.

A file of the user's own is one, too, where it is named by its path: `path/to/mine.py` is the backend `mine` from then on, and of
several in it, `path/to/mine.py:fast` is `mine:fast`.
"""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lntx.errors import InputError
from lntx.record import Work
from lntx.suggestion import suggestion
from lntx.training import backend_files, scalars, user_files
from lntx.training.backends.interface import Backend, Refuses
from lntx.training.isolation import usual

GROUP = "lntx.backends"
FAMILY = ":*"
"""After a backend's name: it and all its variants."""
_NOT_BACKENDS = {"interface"}
_WORKS: tuple[Work, ...] = ("steps", "algebra", "solution")
_DEVICES = ("cpu", "cuda")
_files: dict[str, Path] = {}
"""The files of the user's own that were named so far, by their backends' name."""


def backends() -> dict[str, Backend]:
    """Find every backend by name, available here or not; one that can't be imported says so when asked."""
    found = {}
    for name, source in sorted(_sources().items()):
        for backend in _load(name, source):
            found[backend.name] = backend
    return found


def names() -> list[str]:
    """Name every module that is a backend, without loading one: somebody else's may do anything when it is loaded."""
    return sorted(_sources())


def included() -> dict[str, Backend]:
    """Find the backends that come with lntx; nothing of somebody else's is loaded."""
    return {backend.name: backend for base, source in sorted(_inside().items()) for backend in _load(base, source)}


def own(base: str) -> bool:
    """Whether a backend is lntx's own, and not another package's."""
    return base in _inside()


def shelf_of(name: str) -> str:
    """Name whose compilations and references a backend's processes share: those of all of lntx's own, else of this one alone."""
    return "lntx" if own(name.partition(":")[0]) else name.replace(":", "-")


def files() -> tuple[str, ...]:
    """Return the paths of the files that were named so far: what another process must be told."""
    return tuple(map(str, _files.values()))


def added(name: str) -> str:
    """Take the backends of a file, where a name is one, and return the name that is meant; others are returned as they are.

    `FILE.py` is the only backend in it, `FILE.py:NAME` one of several or a variant, `FILE.py:*` all. Raises InputError for a
    file that can't be imported, or holds no such backend.
    """
    given = user_files.named(scalars.text("backend", name))
    if given is None:
        return name
    base = given.file.stem
    if own(base):
        raise InputError(f"{given.file.name}: a backend of lntx's own is called {base}; give the file another name")
    before, _files[base] = _files.get(base), given.file
    try:
        return backend_files.meant(given, family(base))
    except InputError:
        _files.pop(base)
        if before:
            _files[base] = before
        raise


def family(base: str) -> dict[str, Backend]:
    """Find a backend without its variants' names, and them with it; none for an unknown one. Nothing else is loaded."""
    sources = _sources()
    return {backend.name: backend for backend in _load(base, sources[base])} if base in sources else {}


def find(name: str) -> Backend:
    """Find a backend by name; InputError with the nearest names when there is none."""
    name = added(scalars.text("backend", name))
    loaded = family(name.partition(":")[0])
    if name in loaded:
        return loaded[name]
    known = sorted({*names(), *loaded})
    raise InputError(f"no backend is called {name!r}; {suggestion(name, known)}")


def chosen(asked: Iterable[str]) -> dict[str, Backend]:
    """Find backends by name, and for "name:*" one with all its variants; InputError as `find`, or where it has none."""
    found: dict[str, Backend] = {}
    for name in map(added, asked):
        base = name.removesuffix(FAMILY)
        if name != base and base in _files and base not in family(base):  # several, and none of them is the file itself
            found |= family(base)
            continue
        one = find(base)
        members = {one.name: one} if name == base else family(base)
        if name != base and len(members) <= 1:
            raise InputError(f"the backend {one.name} has no variants; name it without {FAMILY}")
        found |= members
    return found


def _sources() -> dict[str, str]:
    """Map each name to the module that holds it, or the file's path; the package's own win over a stranger's of the same name."""
    return {**_outside(tuple(sys.path)), **{name: str(file) for name, file in _files.items()}, **_inside()}


@lru_cache(maxsize=4)
def _outside(_path: tuple[str, ...]) -> Mapping[str, str]:
    """Read what is installed along a path, once: that takes milliseconds, and is asked for with each training."""
    return MappingProxyType({point.name: point.value.partition(":")[0] for point in entry_points(group=GROUP)})


def _inside() -> dict[str, str]:
    return {
        _called(module): f"{__name__}.{module.name}"
        for module in pkgutil.iter_modules(__path__)
        if module.name not in _NOT_BACKENDS and not module.name.startswith("_")
    }


def _called(module: pkgutil.ModuleInfo) -> str:
    """Name the backend of a file: one of lntx's own is written with hyphens, which a module's name can't have."""
    mine = getattr(module.module_finder, "path", "") == __path__[0]
    return module.name.replace("_", "-") if mine else module.name


def _load(name: str, source: str) -> Iterator[Backend]:
    """Read a module as one backend, and one more for each of its variants; InputError for a file that holds none."""
    file = _files.get(name)
    if file is not None and source == str(file):
        yield from _of_file(name, file)
        return
    try:
        found = list(_read(name, importlib.import_module(source)))
    except Exception as error:  # noqa: BLE001  (a stranger's broken module must not break the others)
        found = [_broken(name, f"it can't be loaded: {type(error).__name__}: {error}")]
    yield from found


def _of_file(base: str, file: Path) -> Iterator[Backend]:
    for name, item in backend_files.parts(file).items():
        try:
            yield from _read(f"{base}:{name}" if name else base, item)
        except ValueError as error:
            raise InputError(f"{file.name}{f':{name}' if name else ''} is no backend: {error}") from error


def _read(name: str, item: Any) -> Iterator[Backend]:
    """Read a module, or an object like one, as one backend, and one more for each of its variants."""
    work, devices = item.WORK, tuple(getattr(item, "DEVICES", _DEVICES))
    if work not in _WORKS:
        raise ValueError(f"its WORK is {work!r}, not one of {', '.join(_WORKS)}")
    refuses, prepare, label = item.refuses, item.prepare, backend_files.label(name, item)
    asked = _on_known_device(devices, refuses)
    guess, weighs = getattr(item, "seconds", None), getattr(item, "weighs", None)
    ranks = getattr(item, "RANKS", False) is True
    yield Backend(name, label, work, devices, asked, prepare, guess, weighs, ranks)
    for variant, text in getattr(item, "VARIANTS", {}).items():
        asked = _on_known_device(devices, partial(refuses, variant=variant) if _minds_variants(refuses) else refuses)
        yield Backend(f"{name}:{variant}", text, work, devices, asked, partial(prepare, variant=variant), ranks=ranks)


def _minds_variants(refuses: Refuses) -> bool:
    try:
        return "variant" in inspect.signature(refuses).parameters
    except (TypeError, ValueError):  # a stranger's, which is asked, and complains, later
        return False


def _on_known_device(devices: tuple[str, ...], refuses: Refuses) -> Refuses:
    """Ask about the device first: what every backend would have to say otherwise."""

    def asked(problem: Any, recipe: Any, device: str) -> str | None:
        kind = device.partition(":")[0]
        if kind not in devices:
            return f"it runs on {' and '.join(devices)}, not on {kind}"
        try:
            with usual():
                return refuses(problem and problem.lent(), recipe and recipe.but(), device)
        except Exception as error:  # noqa: BLE001  (a stranger's mistake, such as a problem of None, is its own)
            return f"its refuses() fails with {type(error).__name__}: {error}"

    return asked


def _broken(name: str, reason: str) -> Backend:
    def refuses(_problem: Any, _recipe: Any, _device: str) -> str | None:
        return reason

    def prepare(_problem: Any, _recipe: Any, _device: str) -> Any:
        raise InputError(f"backend {name}: {reason}")

    return Backend(name, name, "steps", _DEVICES, refuses, prepare)


def runnable(names: tuple[str, ...], devices: tuple[str, ...]) -> list[tuple[str, str]]:
    """Pair backends and devices: those named with each device, or, for none named, all that run here.

    A backend that is named and doesn't run here turns up with its reason. Measured where they are named alone: variants, by
    themselves or as one of "name:*", and what trains by several ranks, which would share this one machine.
    """
    found = chosen(names) or {name: b for name, b in backends().items() if ":" not in name and not b.ranks}
    pairs = [(name, device) for name in found for device in dict.fromkeys(devices)]
    return [(name, device) for name, device in pairs if names or not found[name].refuses(None, None, device)]
