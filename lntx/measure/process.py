"""A process in a session of its own, told from outside by its events, and able to harm nobody but itself."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from lntx.host import lifetime, memory
from lntx.host.descendants import VARIABLE
from lntx.host.variables import passed_on
from lntx.measure.events import TORN, EventLog
from lntx.measure.output_tail import Tail

_KILLED = -9
_FROM_OUTSIDE = {-getattr(signal, name) for name in ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)}


@dataclass(slots=True)
class Process:
    """A process at work. Times are in seconds, of the monotonic clock.

    seen are the events that were heard, read the bytes that hold them; killings is how many processes Linux had killed before
    for lack of memory; code is how it ended by itself, None where it didn't.
    """

    process: subprocess.Popen[bytes]
    events: EventLog
    out: Tail
    err: Tail
    seen: int = 0
    read: int = 0
    killings: int | None = field(default_factory=memory.killings)
    spoke: float = field(default_factory=monotonic)
    gone: bool = False
    code: int | None = None

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
        while True:
            over = not self.running
            found, self.read = self.events.after(self.read)
            for event in found:
                if event["event"] != TORN:  # which a stranger's code may write for ever
                    self.seen += 1
                    self.spoke = monotonic()
                yield event
            if not (over and found):  # of one that writes on, the rest is next time's
                return

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
        self.code = self.process.poll()
        lifetime.end(self.process)
        if self.process.stdin:
            with suppress(OSError):
                self.process.stdin.close()
        self.out.close()
        self.err.close()

    def exit_message(self) -> str:
        """Return how the process ended, with the last that it said."""
        code = self.process.returncode
        if code == _KILLED:
            return f"its process was killed by SIGKILL, {self._killer()}"
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        last = self.err.words
        return f"its process ended {how}" + (f": {last}" if last else "")

    @property
    def killed(self) -> bool:
        """Whether it ended by a signal that comes from outside: from the system, a person, or what limits this job."""
        return self.code in _FROM_OUTSIDE

    def _killer(self) -> str:
        """Say what is known of who sent SIGKILL."""
        others, free = "a person, or what limits this job", f"{memory.free_gib():.1f} GiB of memory are free now"
        now = memory.killings()
        if now is None or self.killings is None:
            return f"by whom isn't known: the system where memory runs out ({free}), {others}"
        if now > self.killings:
            return "as the system ran out of memory"
        return f"not for lack of memory ({free}): by {others}"


def start(
    command: Sequence[str], events: Path, *, env: Mapping[str, str], folder: Path | None = None, waits: bool = False
) -> Process:
    """Start Python with these arguments; what it prints goes nowhere but for its last words.

    events is the file that it writes its events to. waits: it reads a line before it begins, which `go` sends.
    """
    process = lifetime.start(
        [sys.executable, "-P", *command],
        cwd=folder,
        env=dict(env),
        stdin=subprocess.PIPE if waits else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdout  # noqa: S101  (both are pipes)
    assert process.stderr  # noqa: S101  (likewise)
    return Process(process, EventLog(events), Tail(process.stdout), Tail(process.stderr))


def environment(paths: Sequence[str] = (), within: Path | None = None) -> dict[str, str]:
    """Return the environment of a process that finds this lntx, though it may not be installed, and what lies on these paths.

    within is the folder that marks what the process starts as its own.
    """
    env = passed_on() | ({VARIABLE: str(within.resolve())} if within else {})
    source = Path(__file__).resolve().parents[2]
    own = [] if source.name == "site-packages" else [str(source)]
    if wanted := [*own, *paths, *filter(None, [env.get("PYTHONPATH")])]:
        env["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(wanted))
    return env
