"""A command of lntx as a process: with a limit, with the end of what it said, and with nothing left of it afterwards."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

import psutil

import lntx
import lntx_redteam
from lntx.host import lifetime, locks, threads

_KEPT = 2**20  # bytes of each stream
_GRACE_S = 5.0  # between asking a process to end and ending it


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended (None: it had to be stopped), and the end of what it wrote."""

    code: int | None
    out: str
    said: str

    @property
    def last(self) -> str:
        """The last line on stderr."""
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        return lines[-1].removeprefix("lntx: ") if lines else ""


def ended(arguments: Sequence[str], folder: Path, limit_s: float) -> Ended:
    """Run a module of this Python (`-m` and its arguments) in a folder, which is its folder for temporary files, too."""
    process = lifetime.start(
        [sys.executable, "-P", "-m", *arguments],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    tails = [_Tail(stream) for stream in (process.stdout, process.stderr) if stream]
    code: int | None = None
    with suppress(subprocess.TimeoutExpired):
        code = process.wait(limit_s)
    if code is None:
        stop(process.pid)
    lifetime.end(process)
    out, said = (tail.text() for tail in tails)
    return Ended(code, out, said)


def stop(pid: int) -> None:
    """End a process and all that it started: by Ctrl-C first, so that it may clean up."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        family = [*parent.children(recursive=True), parent]
        with suppress(psutil.NoSuchProcess):
            parent.send_signal(2)
        psutil.wait_procs([parent], timeout=_GRACE_S)
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()


class _Tail:
    """Reads a stream to its end, so that no writer waits, and keeps the last of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._kept = stream, b""
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._stream:
            while piece := os.read(self._stream.fileno(), 2**16):
                self._kept = (self._kept + piece)[-_KEPT:]

    def text(self) -> str:
        self._thread.join(_GRACE_S)  # somebody else's process may hold the other end
        return self._kept.decode(errors="replace")


def _environment(folder: Path) -> dict[str, str]:
    """Let the process find the same lntx and the same members, with one thread where it has the choice.

    It has a machine's lock of its own: members are tried side by side, and one that is kept out by another isn't found.
    """
    sources = [str(Path(package.__file__ or "").resolve().parents[1]) for package in (lntx, lntx_redteam)]
    outside = [source for source in sources if not source.endswith("site-packages")]
    path = os.pathsep.join(filter(None, [*outside, os.environ.get("PYTHONPATH")]))
    own = {"PYTHONPATH": path, "TMPDIR": str(folder), locks.VARIABLE: str(folder)}
    return {**os.environ, **dict.fromkeys(threads.VARIABLES, "1"), **own}
