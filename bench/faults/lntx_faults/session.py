"""One session: part after part, each in a folder of its own."""

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from time import monotonic
from typing import Any

from lntx.errors import InputError, told
from lntx.host import machine, source
from lntx_faults import parts, store
from lntx_faults.row import Outcome, Part, Row


def every() -> list[Part]:
    """Find the parts that there are."""
    return [_part(found.name) for found in iter_modules(parts.__path__)]


def chosen(names: Sequence[str]) -> list[Part]:
    """Return the parts of these names, all for none named; InputError for an unknown one."""
    known = {part.name: part for part in every()}
    if unknown := [name for name in names if name not in known]:
        raise InputError(f"there is no part {unknown[0]!r}; there are {', '.join(known)}")
    return [known[name] for name in names or known]


def play(
    wanted: Sequence[Part],
    out: Path,
    say: Callable[[str], None],
    times: int,
    watch: Callable[[int, int, str], None] = lambda _done, _whole, _at: None,
    *,
    quick: bool,
) -> list[Outcome]:
    """Run parts, each as often as it says, or so many times where that isn't 0; what came of each is kept in the folder.

    watch hears how many parts are done, of how many, and which is at work.
    """
    outcomes = []
    for done, part in enumerate(wanted):
        watch(done, len(wanted), part.name)
        count = times or (part.quick if quick else part.count)
        if not count:
            say(f"{part.name}: not in the short form")
            continue
        outcome = _played(part, out, count, say, quick=quick)
        store.keep(outcome, out)
        outcomes.append(outcome)
    return outcomes


def _played(part: Part, out: Path, count: int, say: Callable[[str], None], *, quick: bool) -> Outcome:
    """Run one part in an empty folder; what stops it is a failure like any other."""
    folder = out / part.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began, rows = monotonic(), list[Row]()
    try:
        for row in _module(part.name).run(folder, count):
            rows.append(row)
            say(f"{part.name}, {monotonic() - began:.0f} s: {row.what}: {row.tried:,}, {len(row.failures)} failed")
    except Exception as error:  # noqa: BLE001  (the other parts go on)
        rows.append(Row("the part itself", 1, (told(error),)))
    return Outcome(
        part.name,
        tuple(rows),
        monotonic() - began,
        datetime.now(UTC).date().isoformat(),
        _machine(),
        _commit(),
        quick=quick,
    )


def _part(name: str) -> Part:
    module = _module(name)
    return Part(name, str(module.__doc__).partition("\n")[0], module.UNIT, module.COUNT, module.QUICK)


def _module(name: str) -> Any:
    return import_module(f"{parts.__name__}.{name}")


def _machine() -> str:
    """Describe this machine in a few words, without its name."""
    known = machine.fingerprint()
    return ", ".join(
        [
            str(known["cpu"]),
            f"{known['logical_cores']} logical cores",
            f"{known['memory_gib']} GiB",
            str(known["os"]),
            str(known["python"]),
        ]
    )


def _commit() -> str:
    found = source.commit()
    return f"{found['id'][:12]}{', with changes' * bool(found['dirty'])}" if found else "none"
