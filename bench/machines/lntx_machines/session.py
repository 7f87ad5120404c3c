"""One session: part after part, each in a folder of its own."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from time import monotonic
from typing import Any

from lntx.errors import InputError, told
from lntx.host import descendants, machine, source
from lntx.storage.disk import write_text
from lntx_machines import parts
from lntx_machines.row import Outcome, Row


def every() -> dict[str, Any]:
    """Find the parts that there are, by name, in the order of the page."""
    found = {part.name: import_module(f"{parts.__name__}.{part.name}") for part in iter_modules(parts.__path__)}
    return dict(sorted(found.items(), key=lambda one: one[1].ORDER))


def chosen(names: Sequence[str], *, quick: bool) -> dict[str, Any]:
    """Return the parts of these names, or all that there are, in the short form those that have one; InputError for others."""
    known = every()
    if unknown := [name for name in names if name not in known]:
        raise InputError(f"there is no part {unknown[0]!r}; there are {', '.join(known)}")
    return {name: part for name, part in known.items() if (name in names if names else part.QUICK or not quick)}


def play(wanted: dict[str, Any], out: Path, say: Callable[[str], None], *, quick: bool) -> list[Outcome]:
    """Run parts; what came of each is kept in the folder, unless it is the short form."""
    outcomes = []
    for name, part in wanted.items():
        outcome = _played(name, part, out, say, quick=quick)
        if not quick:
            write_text(_file(out, name), json.dumps(asdict(outcome), indent=1) + "\n")
        outcomes.append(outcome)
    return outcomes


def kept(out: Path) -> Iterator[Outcome]:
    """Yield the outcomes that there are, in the order of the page; InputError for a file that is none."""
    for name in every():
        path = _file(out, name)
        if path.is_file():
            try:
                document = json.loads(path.read_text(encoding="utf-8"))
                yield Outcome(**{**document, "rows": tuple(Row(**row) for row in document["rows"])})
            except (ValueError, TypeError, KeyError) as error:
                raise InputError(f"{path} isn't what lntx-machines writes ({error}); delete it") from error


def _file(out: Path, name: str) -> Path:
    return out / f"{name}.json"


def _played(name: str, part: Any, out: Path, say: Callable[[str], None], *, quick: bool) -> Outcome:
    """Run one part in an empty folder; what stops it is a failure like any other."""
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began, rows = monotonic(), list[Row]()
    try:
        with descendants.adopting(folder):  # torchrun that is ended leaves its ranks running
            for row in part.run(folder, quick=quick):
                rows.append(row)
                say(f"{name}, {monotonic() - began:.0f} s: {row.what}: {row.found}{' (WRONG)' * (row.ok is False)}")
    except Exception as error:  # noqa: BLE001  (the other parts go on)
        rows.append(Row("the part itself", "an end", told(error), ok=False))
    shutil.rmtree(folder, ignore_errors=True)
    promise = str(part.__doc__).partition("\n")[0]
    now = datetime.now(UTC).date().isoformat()
    return Outcome(name, promise, part.ORDER, tuple(rows), monotonic() - began, now, _machine(), _commit())


def _machine() -> str:
    """Describe this machine in a few words, without its name."""
    known = machine.fingerprint()
    size = f"{known['logical_cores']} logical cores, {known['memory_gib']} GiB"
    return ", ".join([str(known["cpu"]), size, str(known["os"]), str(known["python"]), f"torch {known['torch']}"])


def _commit() -> str:
    found = source.commit()
    return f"{found['id'][:12]}{', with changes' * bool(found['dirty'])}" if found else "none"
