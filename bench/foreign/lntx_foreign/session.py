"""One session: gate after gate, each project's gate of its releases first, then gates of equal code in turns."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic

from lntx.errors import InputError, LntxError
from lntx_foreign import gates
from lntx_foreign.projects import Project
from lntx_foreign.store import Store


def play(
    store: Store,
    projects: Sequence[Project],
    work: Path,
    equal: int,
    minutes: float,
    say: Callable[[str], None],
    watch: Callable[[int, int, str], None] = lambda _done, _whole, _at: None,
    *,
    releases: bool = True,
) -> None:
    """Run what isn't there yet: one gate of releases of each project, if those are wanted, and so many of equal code of each.

    Those there count. watch hears how many are done, of how many, and whose is at work.

    Begins nothing after so many minutes. LntxError, when all else is done, for projects that couldn't be brought or installed.
    """
    until, lost = monotonic() + 60 * minutes, dict[str, str]()
    wanted = list(_wanted(store, projects, equal, releases=releases))
    for done, (project, kind) in enumerate(wanted):
        watch(done, len(wanted), project.name)
        if project.name in lost:
            continue
        if monotonic() >= until:
            say("the time is over; the same command goes on")
            break
        place = store.next(project.name, kind)
        try:
            run = gates.gate(project, kind, work, place)
        except InputError:
            raise
        except LntxError as error:
            lost[project.name] = str(error)
            continue
        store.keep(run, place)
        say(
            f"{project.name}, {kind}: exit code {run.code} in {run.seconds:.0f} s"
            + (f": {run.said}" if run.said else "")
        )
    if lost:
        raise LntxError("; ".join(f"{name}: {why}" for name, why in lost.items()))


def _wanted(store: Store, projects: Sequence[Project], equal: int, *, releases: bool) -> Iterator[tuple[Project, str]]:
    """Yield what isn't there yet; a gate of releases that couldn't judge is tried again."""
    for project in projects if releases else ():
        if not any(ruling for _, ruling in store.runs(project.name, gates.RELEASES)[-1:]):
            yield project, gates.RELEASES
    for number in range(equal):
        for project in projects:
            if len(store.runs(project.name, gates.EQUAL)) <= number:
                yield project, gates.EQUAL
