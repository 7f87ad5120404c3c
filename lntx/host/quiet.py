"""Two processes of one study at once, of which one alone is at work while anything is timed.

Starting Python, compiling and proving leave a core of two idle, and who shares the machine with a timed call disturbs it. So
what is timed is timed `alone`: under a lock, with the other processes of the study stopped (SIGSTOP) from before the calls that
warm up to the end of the last round. Where a process is in no such study nothing happens here.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from lntx.host import phases

_LOCK, _LOOK_S, _PATIENCE_S = "lock", 0.0005, 1.0
_STOPPED = frozenset("TtZX")  # states of Linux: stopped, traced, ended


def possible() -> bool:
    """Whether processes can be stopped here, and seen to be, and there is a core for each of two."""
    return sys.platform == "linux" and (os.cpu_count() or 1) > 1


class Company:
    """The processes of a study that are at work at once, as a folder with a file for each, which the driver writes."""

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        self.folder = folder
        self._held: int | None = None
        self._depth = 0
        self._strict = False

    def enter(self, pid: int) -> None:
        """Note that a process, which leads a group of its own, is at work."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / str(pid)).touch()

    def leave(self, pid: int) -> None:
        """Note that a process is about to be over, before its number can be another's; what it has stopped goes on."""
        (self.folder / str(pid)).unlink(missing_ok=True)

    def resume(self) -> None:
        """Let all go on: whoever stopped them may be gone."""
        self._send(signal.SIGCONT)

    @contextmanager
    def alone(self, *, strict: bool) -> Iterator[None]:
        """Stop the others meanwhile; strict: what is done has a time that is recorded, and nobody goes on before its end."""
        self._depth += 1
        before, self._strict = self._strict, self._strict or strict
        try:
            self._take()
            yield
        finally:
            self._depth -= 1
            self._strict = before
            if not self._depth:
                self._give()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let the others go on meanwhile, unless what is done here is recorded."""
        if self._held is None or self._strict:
            yield
            return
        self._give()
        try:
            yield
        finally:
            self._take()

    def free(self) -> bool:
        """Whether nothing is being timed; then nothing will be until `release`, and the others go on."""
        import fcntl  # noqa: PLC0415  (as below)

        self.folder.mkdir(parents=True, exist_ok=True)
        held = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            return False
        self._held = held
        return True

    def release(self) -> None:
        """Let others be timed; a fork of this process, which has the lock's file open as well, doesn't keep it."""
        if self._held is not None:
            import fcntl  # noqa: PLC0415  (as below)

            fcntl.flock(self._held, fcntl.LOCK_UN)
            os.close(self._held)
            self._held = None

    def _take(self) -> None:
        if self._held is not None:
            return
        import fcntl  # noqa: PLC0415  (no other system than Linux comes here)

        with phases.of(phases.WAITING):
            held = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(held, fcntl.LOCK_EX)
            self._held = held
            stopped = self._send(signal.SIGSTOP)
            until = monotonic() + _PATIENCE_S
            while any(_state(pid) not in _STOPPED for pid in stopped) and monotonic() < until:
                sleep(_LOOK_S)

    def _give(self) -> None:
        if self._held is not None:
            self._send(signal.SIGCONT)  # before another can have the lock, and stop who goes on here
            self.release()

    def _send(self, what: signal.Signals) -> list[int]:
        """Send a signal to the groups of all others; who they are."""
        others = []
        with suppress(FileNotFoundError):
            names = os.listdir(self.folder)  # noqa: PTH208  (pathlib takes longer, beside each time)
            others = [int(name) for name in names if name.isdigit() and int(name) != os.getpid()]
        for pid in others:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, what)
        return others


_OURS: list[Company] = []


def join(folder: Path) -> None:
    """Be one of the processes that are at work at once."""
    _OURS[:] = [Company(folder)]


def at_work() -> int:
    """Count the study's processes that are at work at once, this one included; 1 where it is in no such study."""
    if not _OURS:
        return 1
    with suppress(OSError):
        return max(1, sum(name.isdigit() for name in os.listdir(_OURS[0].folder)))  # noqa: PTH208
    return 1


@contextmanager
def alone(*, strict: bool = True) -> Iterator[None]:
    """Have the machine to oneself, as far as the study's other processes go (`Company.alone`)."""
    if not _OURS:
        yield
        return
    with _OURS[0].alone(strict=strict):
        yield


@contextmanager
def aside() -> Iterator[None]:
    """Do what takes no times, such as compiling, beside others, unless the whole of it is timed (`Company.aside`)."""
    if not _OURS:
        yield
        return
    with _OURS[0].aside():
        yield


def stopped(pid: int) -> bool:
    """Whether a process stands still."""
    return _state(pid) in "Tt"


def _state(pid: int) -> str:
    """Return the state's letter; X for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return "X"
