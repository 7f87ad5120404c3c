"""The last words of a process: the end of what comes out of a pipe, whatever comes before it."""

import os
from threading import Thread
from typing import IO

from lntx.host.output import lines

KEPT = 64 * 2**10
"""Bytes that are kept."""

_AT_A_TIME = 2**16  # what a pipe holds: one call empties it
_PATIENCE_S = 1.0
_FATAL = ("Fatal Python error", "terminate called", "INTERNALERROR", "E  ")  # the last is pytest's mark


class Tail:
    """Reads a pipe to its end, in a thread of its own, and keeps the last of it.

    A file would grow as long as a process writes; and a process whose pipe nobody reads would wait. The thread sleeps until
    something is written, so that it takes nothing from whoever measures without printing.
    """

    def __init__(self, pipe: IO[bytes]) -> None:
        """Begin to read."""
        self._pipe = pipe
        self._kept = b""
        self._closed = False
        self._thread = Thread(target=self._read, name="lntx-tail", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._pipe:  # who writes on after this is told by SIGPIPE
            while not self._closed:
                try:
                    more = os.read(self._pipe.fileno(), _AT_A_TIME)
                except OSError:
                    return
                if not more:
                    return
                self._kept = (self._kept + more)[-KEPT:]

    def close(self) -> None:
        """Wait until all is read that its process wrote, and no longer, where another one has the pipe's other end still."""
        self._thread.join(_PATIENCE_S)
        self._closed = True

    @property
    def bytes(self) -> bytes:
        """What is kept so far."""
        return self._kept

    @property
    def words(self) -> str:
        """The line that tells most: a fatal error's own, else the last; at most 300 characters."""
        said = lines(self._kept.decode("utf-8", errors="replace"))
        fatal = [line for line in said if line.startswith(_FATAL)]
        return (fatal or said or [""])[-1][:300]
