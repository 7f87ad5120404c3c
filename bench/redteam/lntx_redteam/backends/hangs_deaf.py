"""Hangs, deaf: the call never returns, and the process ignores that it is asked to end."""

import signal
from contextlib import suppress
from threading import Event

from lntx_redteam.making import instead

ENDS = True


def _deaf() -> None:
    with suppress(ValueError):  # not the main thread
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
    Event().wait()


WORK, DEVICES, refuses, prepare = instead(_deaf)
