"""A loop's file: `ranking.py`, or `ranking.py:name` where it holds several. Importing this loads no torch."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lntx.errors import InputError
from lntx.training import user_files
from lntx.training.user_files import Named, named

if TYPE_CHECKING:
    from lntx.training.loop.loop import Loop


def names_loop(text: str) -> bool:
    """Return whether an argument names a file of Python, with or without one of its loops; whether it is there is asked later."""
    return named(text) is not None


def load(source: str | Path) -> "Loop":
    """Read a file, and return the loop that it holds, or the one that is named behind a colon.

    What the file calls `metric` is the loop's, where that has none. Raises InputError for a file that isn't there, doesn't
    import, holds no loop, or several and none is named.
    """
    from lntx.training.loop.loop import Loop  # noqa: PLC0415  (it loads torch)

    given = named(str(source))
    if given is None:
        raise InputError(f"{source} is no file of Python")
    if not os.path.lexists(given.file):
        path = str(source).removesuffix(f":{given.name}")
        raise InputError(f"there is no file {path}; lntx new {path} writes an example")
    held = vars(user_files.imported(given.file))
    loop = _chosen(given, {key: value for key, value in held.items() if isinstance(value, Loop)}).at()
    loop.name, loop.path = f"{given.file.stem}:{given.name}" if given.name else given.file.stem, given.file
    if loop.metric is None and callable(held.get("metric")):
        loop.metric = held["metric"]
    return loop


def _chosen(given: Named, found: "dict[str, Loop]") -> "Loop":
    file, name = given.file.name, given.name
    if name:
        if name not in found:
            known = f"there are: {', '.join(found)}" if found else "it holds none"
            raise InputError(f"{file} holds no loop called {name!r}; {known}")
        return found[name]
    different = {id(loop): loop for loop in found.values()}
    if not different:
        raise InputError(
            f"{file} holds no loop: make one, as loop = lntx.Loop(start, batches); lntx new FILE.py writes an example"
        )
    if len(different) > 1:
        raise InputError(f"{file} holds several loops ({', '.join(found)}); choose one as {file}:{next(iter(found))}")
    return next(iter(different.values()))
