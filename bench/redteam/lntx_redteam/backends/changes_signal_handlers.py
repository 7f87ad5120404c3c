"""Changes signal handlers: the training is right, Ctrl-C is ignored from then on."""

import signal
from contextlib import suppress

from lntx_redteam.making import disturbs

TOLD = "signal handlers"


def _deafen() -> None:
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, lambda *_: None)  # what runs in the background may ignore it from the start


WORK, DEVICES, refuses, prepare = disturbs(_deafen)
