"""Being told to end: as an interrupt, so that all that was begun is cleared away."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ENDINGS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def terminable() -> Iterator[None]:
    """Take SIGTERM, and a terminal that is closed, as an interrupt; what is ignored, as under nohup, goes on being so.

    In another thread than the main one, which alone hears of signals, nothing changes.
    """
    main = threading.current_thread() is threading.main_thread()
    usual = [number for number in _ENDINGS if main and signal.getsignal(number) is signal.SIG_DFL]
    for number in usual:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in usual:
            signal.signal(number, signal.SIG_DFL)
