"""One worker process: pytest on the suites, in a session of its own, told from outside by its journal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from lntx.measure import errand, threads
from lntx.measure.study import suites
from lntx.measure.study.journal import Journal

_PLUGINS = ["-p", "pytest_benchmark.plugin", "-p", "no:cacheprovider"]
_KILLED = -9
_FATAL = ("Fatal Python error", "terminate called", "INTERNALERROR", "E  ")  # the last is pytest's mark


@dataclass(slots=True)
class Worker:
    """A process at work. Times are in seconds, of the monotonic clock."""

    process: subprocess.Popen[bytes]
    journal: Journal
    log: Path
    seen: int = 0
    spoke: float = field(default_factory=monotonic)

    @property
    def running(self) -> bool:
        """Whether the process is still there."""
        return self.process.poll() is None

    @property
    def silent_s(self) -> float:
        """Seconds since the process last wrote into its journal, or was started."""
        return monotonic() - self.spoke

    def news(self) -> Iterator[dict[str, Any]]:
        """Yield the events since last asked."""
        for event in list(self.journal.read(self.seen)):
            self.seen += 1
            self.spoke = monotonic()
            yield event

    def kill(self) -> None:
        """End the process and all that it started; nothing happens where it is gone already."""
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):  # it ended a moment ago
                os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait()

    def epitaph(self) -> str:
        """Say how the process ended, with the last that it said."""
        code = self.process.returncode
        if code == _KILLED:
            return "its process was killed by SIGKILL: most likely the memory was exhausted"
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        last = last_words(self.log)
        return f"its process ended {how}" + (f": {last}" if last else "")


def start(work: errand.Errand, files: list[Path], journal: Path, folder: Path) -> Worker:
    """Start a process on an errand; its output goes to a log beside its journal."""
    order, log = journal.with_suffix(".json"), journal.with_suffix(".log")
    order.write_text(errand.dumps(work), encoding="utf-8")
    bench = suites.folder()
    command = [sys.executable, "-P", "-m", "pytest", "-c", str(bench / "pytest.ini"), f"--rootdir={bench}", "-q", "-s"]
    command += [*_PLUGINS, f"--lntx-errand={order}", *map(str, files)]
    with log.open("wb") as stream, journal.with_suffix(".out").open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=folder,
            env=_environment(work, folder),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=stream,
            start_new_session=True,
        )
    return Worker(process, Journal(journal), log)


@contextmanager
def working(work: errand.Errand, files: list[Path], journal: Path, folder: Path) -> Iterator[Worker]:
    """Start a process, and leave nothing of it behind."""
    process = start(work, files, journal.resolve(), folder.resolve())
    try:
        yield process
    finally:
        process.kill()


def _environment(work: errand.Errand, folder: Path) -> dict[str, str]:
    """Give the process its threads, compile caches of its backend's own, and nothing of the user's pytest settings."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    env |= {name: str(threads.physical()) for name in threads.VARIABLES}
    caches = folder / "caches" / "-".join(work.backends).replace(":", "-")
    env |= {name: str(caches / name.lower()) for name in errand.CACHES}
    source = Path(errand.__file__).resolve().parents[2]
    if source.name != "site-packages":  # an lntx that isn't installed is found by no new process
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(source), env.get("PYTHONPATH")]))
    return env


def last_words(log: Path) -> str:
    """Pick the line of a log that tells most: a fatal error's own, else the last."""
    try:
        lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    said = [line for line in lines if line]
    fatal = [line for line in said if line.startswith(_FATAL)]
    return (fatal or said or [""])[-1][:300]
