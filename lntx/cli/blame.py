"""Whatever another package's backend raises comes out as one line that names the backend."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lntx.errors import LntxError, told


@contextmanager
def blamed(backend: str) -> Iterator[None]:
    """Raise LntxError in place of whatever a backend raises inside: also where it exits, or makes as if a user interrupted.

    A user's own Ctrl-C stays what it is, and so does whatever lntx's own backends raise: that is a bug, with its traceback.
    """
    from lntx.training.backends import own

    if own(backend.partition(":")[0]):
        yield
        return
    with _interrupts() as pressed:
        try:
            yield
        except LntxError:
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and pressed:
                raise
            raise LntxError(f"backend {backend} failed: {told(error)}") from error


@contextmanager
def _interrupts() -> Iterator[list[bool]]:
    """Note real interrupts, which come as a signal; the list is empty while there was none."""
    pressed: list[bool] = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield pressed
        return

    def note(number: int, frame: Any) -> Any:
        pressed.append(True)
        return before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
