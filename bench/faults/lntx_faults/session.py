"""One session: part after part, step after step, each in a folder of its own, until the time is over."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from time import monotonic

from lntx.errors import InputError, told
from lntx.host import locks, machine, source, temporary
from lntx_faults import parts
from lntx_faults.row import Done, Part, Row, Step
from lntx_faults.store import Store

CHANGED = ", with changes"
"""Behind a commit's name, where what was tried isn't quite that commit."""


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
    store: Store,
    wanted: Sequence[Part],
    say: Callable[[str], None],
    minutes: float,
    times: int = 0,
    watch: Callable[[int, int, str], None] = lambda _done, _whole, _at: None,
    *,
    named: str = "",
    quick: bool = False,
) -> None:
    """Do what isn't done yet of each part, as often as it says, or so many times where that isn't 0; what came of it is kept.

    Does only the steps that have `named` in their name, and begins nothing after so many minutes. watch hears how many parts are
    done, of how many, and which is at work.
    """
    if not any(named in name for part in wanted for name in part.steps(part.count)):
        raise InputError(f"no step has {named!r} in its name")
    until = monotonic() + 60 * minutes
    for begun, part in enumerate(wanted):
        watch(begun, len(wanted), part.name)
        count = times or (part.quick if quick else part.count)
        if not count:
            say(f"{part.name}: not in the short form")
            continue
        with locks.output(store.folder / part.name, "lntx-faults"):
            steps = {name: step for name, step in part.steps(count).items() if named in name}
            if not _goes_on(store, part, steps, say, until):
                return


def _goes_on(store: Store, part: Part, steps: Mapping[str, Step], say: Callable[[str], None], until: float) -> bool:
    """Do what isn't done yet of a part; whether there is time for more."""
    left = _left(store, part, steps)
    for number, (name, step) in enumerate(left.items(), 1):
        if monotonic() >= until:
            say(f"the time is over, with {len(left) - number + 1} steps of {part.name} to go; the same command goes on")
            return False
        done = _done(store, part.name, name, step)
        told_of = f"{name}: {done.tried:,}, {len(done.failures)} failed"
        say(f"{part.name}, {number} of {len(left)}, {done.seconds:.0f} s: {told_of}")
    return True


def _left(store: Store, part: Part, steps: Mapping[str, Step]) -> dict[str, Step]:
    """Choose the steps that weren't done, and those that failed on other code than this."""
    known = {done.step: done for done in store.done(part.name)}
    return {name: step for name, step in steps.items() if name not in known or _again(known[name])}


def _again(done: Done) -> bool:
    return bool(done.failures) and (done.commit != _commit() or done.commit.endswith(CHANGED))


def _done(store: Store, part: str, name: str, step: Step) -> Done:
    """Do a step in an empty folder, which stays where something failed; what stops it is a failure like any other."""
    work = store.next(part)
    began = monotonic()
    try:
        found = step(work)
        rows = (found,) if isinstance(found, Row) else tuple(found)
    except Exception as error:  # noqa: BLE001  (the other steps go on)
        rows = (Row(name, 0, (f"the step itself: {told(error)}",)),)
    day = datetime.now(UTC).date().isoformat()
    done = Done(part, name, rows, monotonic() - began, day, _machine(), _commit())
    store.keep(done)
    if not done.failures:
        temporary.remove(work)
    return done


def _part(name: str) -> Part:
    module = import_module(f"{parts.__name__}.{name}")
    promise = str(module.__doc__).partition("\n")[0]
    return Part(name, promise, module.UNIT, module.COUNT, module.QUICK, module.steps)


@cache
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
    return f"{found['id'][:12]}{CHANGED * bool(found['dirty'])}" if found else "none"
