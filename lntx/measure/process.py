"""A process in a session of its own, told from outside by its events, and able to harm nobody but itself."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from lntx.host.variables import without_git
from lntx.measure.events import EventLog
from lntx.measure.output_tail import Tail

_KILLED = -9


@dataclass(slots=True)
class Process:
    """A process at work. Times are in seconds, of the monotonic clock."""

    process: subprocess.Popen[bytes]
    events: EventLog
    out: Tail
    err: Tail
    seen: int = 0
    spoke: float = field(default_factory=monotonic)
    gone: bool = False

    @property
    def running(self) -> bool:
        """Whether the process is still there."""
        return self.process.poll() is None

    @property
    def silent_s(self) -> float:
        """Seconds since the process last told of something, or was started."""
        return monotonic() - self.spoke

    def news(self) -> Iterator[dict[str, Any]]:
        """Yield the events since last asked."""
        for event in list(self.events.read(self.seen)):
            self.seen += 1
            self.spoke = monotonic()
            yield event

    def go(self) -> None:
        """Let a process that waits for a line begin."""
        self.spoke = monotonic()
        if self.process.stdin:
            with suppress(OSError):  # it is gone already, which is found by who watches it
                self.process.stdin.write(b"go\n")
                self.process.stdin.close()

    def kill(self) -> None:
        """End the process and all that it started, for good."""
        if self.gone:
            return
        self.gone = True
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):  # it ended a moment ago
                os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait()
        if self.process.stdin:
            with suppress(OSError):
                self.process.stdin.close()
        self.out.close()
        self.err.close()

    def exit_message(self) -> str:
        """Return how the process ended, with the last that it said."""
        code = self.process.returncode
        if code == _KILLED:
            return "its process was killed by SIGKILL: most likely the memory was exhausted"
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        last = self.err.words
        return f"its process ended {how}" + (f": {last}" if last else "")


def start(
    command: Sequence[str], events: Path, *, env: Mapping[str, str], folder: Path | None = None, waits: bool = False
) -> Process:
    """Start Python with these arguments; what it prints goes nowhere but for its last words.

    events is the file that it writes its events to. waits: it reads a line before it begins, which `go` sends.
    """
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", *command],
        cwd=folder,
        env=dict(env),
        stdin=subprocess.PIPE if waits else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    assert process.stdout  # noqa: S101  (both are pipes)
    assert process.stderr  # noqa: S101
    return Process(process, EventLog(events), Tail(process.stdout), Tail(process.stderr))


def environment(paths: Sequence[str] = ()) -> dict[str, str]:
    """Return the environment of a process that finds this lntx, though it may not be installed, and what lies on these paths."""
    env = without_git()
    source = Path(__file__).resolve().parents[2]
    own = [] if source.name == "site-packages" else [str(source)]
    if wanted := [*own, *paths, *filter(None, [env.get("PYTHONPATH")])]:
        env["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(wanted))
    return env


@contextmanager
def interruptible() -> Iterator[None]:
    """Take a polite request to end (SIGTERM) as an interrupt, so that no process is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
