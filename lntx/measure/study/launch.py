"""One worker process of a study: pytest on the suites, on a task."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lntx import storage
from lntx.host import compilers, threads
from lntx.measure import plan, process, task
from lntx.measure.process import Process

_PLUGINS = ["-p", "pytest_benchmark.plugin", "-p", "no:cacheprovider"]


def start(work: task.Task, files: list[Path], log: Path, folder: Path) -> Process:
    """Start a process on a task."""
    order = log.with_suffix(".json")
    storage.write_text(order, task.dumps(work))  # whole or not at all
    bench = plan.suites_folder()
    command = ["-m", "pytest", "-c", str(bench / "pytest.ini"), f"--rootdir={bench}", "-q", "-s"]
    command += [*_PLUGINS, f"--lntx-task={order}", *map(str, files)]
    return process.start(command, log, env=_environment(work, folder), folder=folder)


@contextmanager
def working(work: task.Task, files: list[Path], log: Path, folder: Path) -> Iterator[Process]:
    """Start a process, and leave nothing of it behind but its log and, beside it, the last that it printed."""
    worker = start(work, files, log.resolve(), folder.resolve())
    try:
        yield worker
    finally:
        worker.kill()
        for stream, suffix in ((worker.err, ".log"), (worker.out, ".out")):
            worker.events.path.with_suffix(suffix).write_bytes(stream.bytes)


def _environment(work: task.Task, folder: Path) -> dict[str, str]:
    """Give the process its threads, compile caches of its backend's own, and nothing of the user's pytest settings."""
    env = {name: value for name, value in process.environment().items() if not name.startswith("PYTEST_")}
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    env |= {name: str(threads.physical()) for name in threads.VARIABLES}
    return env | compilers.inside(folder / "caches" / "-".join(work.backends).replace(":", "-"))
