"""One worker process of a study: pytest on the suites, on a task."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from os import getpid
from pathlib import Path

from lntx.errors import LntxError
from lntx.host import compilers, descendants, threads
from lntx.measure import plan, process, suites, task
from lntx.measure.process import Process
from lntx.measure.request import StudyRequest
from lntx.measure.suites import Suites
from lntx.storage.disk import write_bytes, write_text
from lntx.training import backends
from lntx.training.backends import shelf_of

_PLUGINS = ["-p", "pytest_benchmark.plugin", "-p", "lntx.measure.plugin", "-p", "no:cacheprovider"]


def common(request: StudyRequest) -> task.Task:
    """Return what all of a study's processes have in common."""
    return task.Task(
        profile=plan.profile(request.profile),
        devices=request.devices,
        folder=str(request.folder.resolve()),
        data=str(request.data.resolve()) if request.data else None,
        target=request.column,
        standardize=request.standardize,
        reading=request.reading,
        dtype=request.dtype,
        backend_files=backends.files(),
        loops=request.loop_task(),
        ways=plan.profile(request.profile).brief if request.scope == "brief" else request.ways,
        scope=request.scope,
        parent=getpid(),
    )


def start(work: task.Task, given: Suites, log: Path, folder: Path) -> Process:
    """Start a process on a task: lntx's own suites in a folder that is the study's, others where the command was given."""
    order = log.with_suffix(".json")
    write_text(order, task.dumps(work))
    command = ["-m", "pytest", "-c", str(suites.settings_file()), f"--rootdir={given.root}", "-q", "-s"]
    command += [*_PLUGINS, f"--lntx-task={order}", *map(str, given.having(work.points))]
    place = folder if given.own else Path.cwd()
    return process.start(command, log, env=_environment(work, given, folder), folder=place)


@contextmanager
def working(work: task.Task, given: Suites, log: Path, folder: Path, *, alone: bool = True) -> Iterator[Process]:
    """Start a process, and leave nothing of it behind but its log and, beside it, the last that it printed.

    What it has started ends with it, where it is alone also in a session of its own.
    """
    with descendants.adopting(folder) if alone else nullcontext():
        worker = start(work, given, log.resolve(), folder.resolve())
        try:
            yield worker
        finally:
            worker.kill()
            with suppress(LntxError):  # a full disk: they are for people alone, and the study says so soon enough
                for stream, suffix in ((worker.err, ".log"), (worker.out, ".out")):
                    write_bytes(worker.events.path.with_suffix(suffix), stream.bytes)


def _environment(work: task.Task, given: Suites, folder: Path) -> dict[str, str]:
    """Give the process its threads, compile caches of its backend's own, or lntx's, and nothing of the user's pytest settings."""
    env = {
        name: value
        for name, value in process.environment(given.paths, folder).items()
        if not name.startswith("PYTEST_")
    }
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    env |= {name: str(threads.physical()) for name in threads.VARIABLES}
    whose = dict.fromkeys([*map(shelf_of, work.backends), *work.ways])
    return env | compilers.inside(folder / "caches" / "-".join(whose).replace(":", "-"))
