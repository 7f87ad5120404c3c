"""A loop's file: `ranking.py`, or `ranking.py:name` where it holds several. Importing this loads no torch."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from lntx.errors import InputError
from lntx.training.loop.fault import blamed

if TYPE_CHECKING:
    from lntx.training.loop.loop import Loop

_SUFFIX = ".py"


def names_loop(text: str) -> bool:
    """Return whether an argument names a file of Python, with or without one of its loops; whether it is there is asked later."""
    return _parts(text)[0].endswith(_SUFFIX)


def load(source: str | Path) -> "Loop":
    """Read a file, and return the loop that it holds, or the one that is named behind a colon.

    Its folder is on `sys.path` from then on, as if it was run. What it calls `metric` is the loop's, where that has none.
    Raises InputError for a file that isn't there, doesn't import, holds no loop, or several and none is named.
    """
    from lntx.training.loop.loop import Loop  # noqa: PLC0415  (it loads torch)

    text, name = _parts(str(source))
    path = Path(text)
    held = vars(_imported(path))
    loop = _chosen(path, {key: value for key, value in held.items() if isinstance(value, Loop)}, name)
    loop.name, loop.path = f"{path.stem}:{name}" if name else path.stem, path
    if loop.metric is None and callable(held.get("metric")):
        loop.metric = held["metric"]
    return loop


def _parts(text: str) -> tuple[str, str]:
    """Split FILE.py:name into both; the name is empty where there is none."""
    stem, found, name = text.rpartition(f"{_SUFFIX}:")
    return (stem + _SUFFIX, name) if found else (text, "")


def _imported(path: Path) -> ModuleType:
    """Run a file as a module of its own name, which its workers, if it has any, find again."""
    if not path.is_file():
        raise InputError(f"there is no file {path}; lntx new {path} writes an example")
    whole = path.resolve()
    spec = importlib.util.spec_from_file_location(f"lntx_loop_{path.stem}", whole)
    if spec is None or spec.loader is None:
        raise InputError(f"{path} is no file of Python")
    if str(whole.parent) not in sys.path:
        sys.path.insert(0, str(whole.parent))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with blamed(str(path), frozenset({str(whole)})):
        spec.loader.exec_module(module)
    return module


def _chosen(path: Path, found: "dict[str, Loop]", name: str) -> "Loop":
    if name:
        if name not in found:
            known = f"there are: {', '.join(found)}" if found else "it holds none"
            raise InputError(f"{path} holds no loop called {name!r}; {known}")
        return found[name]
    different = {id(loop): loop for loop in found.values()}
    if not different:
        raise InputError(
            f"{path} holds no loop: make one, as loop = lntx.Loop(start, batches); lntx new FILE.py writes an example"
        )
    if len(different) > 1:
        raise InputError(f"{path} holds several loops ({', '.join(found)}); choose one as {path}:{next(iter(found))}")
    return next(iter(different.values()))
