"""The connection to the controller: JSON, one message a line, over two inherited pipes."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from contextlib import suppress
from typing import Any

VARIABLE = "LNTX_DUET"
"""Names the two file descriptors: the one to read, and the one to write."""

ORPHANED = 70
"""Exit code of a worker whose controller is gone."""

_PR_SET_PDEATHSIG = 1


class Wire:
    """Both ends of the conversation. A worker without its controller ends at once, and cleans nothing up.

    Its functions are its own: a test may put others in the place of every module's, as those of a file system that is made up.
    """

    def __init__(self, reader: int, writer: int) -> None:
        """Keep both to this process: what it starts must not hold the line open."""
        self.reader, self.writer = reader, writer
        self._read, self._write, self._exit = os.read, os.write, os._exit
        self._encode, self._decode = json.JSONEncoder().encode, json.JSONDecoder().decode
        for descriptor in (reader, writer):
            os.set_inheritable(descriptor, False)
        self._heard, self._process = b"", os.getpid()
        _die_with_parent()

    @classmethod
    def inherited(cls) -> Wire | None:
        """Take the pipes that the environment names, and remove the name: a test may start a pytest of its own."""
        named = os.environ.pop(VARIABLE, "")
        return cls(*map(int, named.split(","))) if named else None

    def say(self, event: str, **values: Any) -> None:
        """Send one message."""
        left = self._encode({"event": event, **values}).encode() + b"\n"
        try:
            while left:
                left = left[self._write(self.writer, left) :]
        except OSError:  # nobody listens
            self._exit(ORPHANED)

    def hear(self) -> dict[str, Any]:
        """Wait for the next message."""
        while b"\n" not in self._heard:
            more = self._read(self.reader, 1 << 16)
            if not more:
                self._exit(ORPHANED)
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        message: dict[str, Any] = self._decode(line.decode())
        return message

    def leave(self) -> None:
        """End this process as it is, and well; nothing happens in one that it has forked."""
        if os.getpid() == self._process:
            with suppress(Exception):  # whatever a test has put in their places
                sys.stdout.flush()
                sys.stderr.flush()
            self._exit(0)


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent ends, even in the middle of a batch."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
