"""Processes that end with whoever starts them, whatever they are at, and however that one ends.

Whatever lntx starts, it starts here. Two things see to its end. A keeper (`keeper.py`), one for each process that starts others,
kills them when their parent is gone, with their groups, and what they have sent to sessions of their own as far as a variable
tells of it. And a child that is lntx's own asks the system for the same (`follow`), should the keeper be killed as well.
"""

import atexit
import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from time import sleep
from typing import Any

from lntx.host.descendants import VARIABLE

_PR_SET_PDEATHSIG = 1
_LOOK_S = 0.5
_GRACE_S = 5.0


class _Owner:
    """This process's keeper, and what it was told of."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.known: dict[int, dict[str, Any]] = {}
        self.keeper: subprocess.Popen[bytes] | None = None

    def ready(self) -> None:
        """Have a keeper, before there is anything to keep."""
        with self.lock:
            self._running()

    def keep(self, pid: int, *, group: bool, mark: str = "") -> None:
        """Tell the keeper of a process."""
        with self.lock:
            self.known[pid] = {"pid": pid, "group": group, "mark": mark}
            self._tell(self.known[pid])

    def release(self, pid: int) -> None:
        """Tell the keeper that a process is over."""
        with self.lock:
            if self.known.pop(pid, None):
                self._tell({"pid": pid, "over": True})

    def _tell(self, message: dict[str, Any]) -> None:
        if self._running():
            self._write(message)

    def _running(self) -> bool:
        """Start a keeper where there is none, or somebody ended it, and tell it all; whether there was one before."""
        if os.name != "posix" or (self.keeper and self.keeper.poll() is None):
            return os.name == "posix"
        if self.keeper and self.keeper.stdin:
            self.keeper.stdin.close()
        self.keeper = subprocess.Popen(  # noqa: S603  (a list of words, which no shell reads)
            [sys.executable, "-P", str(Path(__file__).with_name("keeper.py"))],
            cwd="/",  # it is in no folder's way
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            process_group=0,  # what is sent to all of this process's own group doesn't end it
        )
        for message in self.known.values():
            self._write(message)
        return False

    def _write(self, message: dict[str, Any]) -> None:
        assert self.keeper  # noqa: S101  (who calls this has seen to it)
        assert self.keeper.stdin  # noqa: S101  (it is a pipe)
        with suppress(BrokenPipeError):  # somebody ended it just now: the next message finds that out
            self.keeper.stdin.write(json.dumps(message).encode() + b"\n")

    def close(self) -> None:
        """Let the keeper end what is left, and itself."""
        if self.keeper and self.keeper.stdin:
            self.keeper.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self.keeper.wait(_GRACE_S)

    def forget(self) -> None:
        """In a fork: the keeper is the parent's, and must not wait for this process, too."""
        if self.keeper and self.keeper.stdin:
            self.keeper.stdin.close()
            self.keeper.returncode = 0  # nobody's to wait for
        self.lock, self.known, self.keeper = Lock(), {}, None


_OWNER = _Owner()
atexit.register(_OWNER.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_OWNER.forget)


def start(command: Sequence[str], **how: Any) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, as `subprocess.Popen` does with these keywords; `end` ends it. OSError.

    Where the variable that `descendants` knows stands in its `env`, whatever has that ends with it when this process is gone.
    """
    _OWNER.ready()
    process = subprocess.Popen(list(command), start_new_session=True, **how)  # noqa: S603  (a list of words, which no shell reads)
    try:
        folder = (how.get("env") or {}).get(VARIABLE)
        _OWNER.keep(process.pid, group=True, mark=f"{VARIABLE}={folder}" if folder else "")
    except BaseException:
        end(process)
        raise
    return process


def end(process: subprocess.Popen[Any]) -> None:
    """End a process that `start` gave, with its group, for good, and wait for it; nothing happens where it is over."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    _OWNER.release(process.pid)
    process.wait()


def run(
    command: Sequence[str], *, data: Any = None, limit_s: float | None = None, **how: Any
) -> subprocess.CompletedProcess[Any]:
    """Run a command to its end, and keep what it says, as `subprocess.run` does with these keywords; data is what it reads.

    It stays in this process's session, where it may ask the user something. Raises OSError, and subprocess.TimeoutExpired after
    limit_s seconds.
    """
    _OWNER.ready()
    reads = None if data is None else subprocess.PIPE
    with subprocess.Popen(  # noqa: S603  (a list of words, which no shell reads)
        list(command), stdin=reads, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how
    ) as process:
        try:
            _OWNER.keep(process.pid, group=False)
            out, err = process.communicate(data, timeout=limit_s)
        except BaseException:
            process.kill()
            raise
        finally:
            _OWNER.release(process.pid)
    return subprocess.CompletedProcess(list(command), process.returncode, out, err)


def follow(parent: int) -> None:
    """End this process when its parent is gone: at once where Linux sees to it, else soon.

    Linux looks at the thread that started it, which must be one that waits for it.
    """
    if not (sys.platform == "linux" and _asked()):
        Thread(target=_watch, args=(parent,), name="lntx-parent", daemon=True).start()
    if os.getppid() != parent:  # it was gone before
        os._exit(1)


def _asked() -> bool:
    try:
        done: int = ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    except (OSError, AttributeError):
        return False
    return done == 0


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        sleep(_LOOK_S)
    os._exit(1)
