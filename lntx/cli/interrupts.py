"""Being told to end: as an interrupt, so that all that was begun is cleared away."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_ENDINGS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def terminable() -> Iterator[None]:
    """Take SIGTERM, and a terminal that is closed, as an interrupt; what is ignored, as under nohup, goes on being so."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    usual = [number for number in _ENDINGS if signal.getsignal(number) is signal.SIG_DFL]
    before = {number: signal.signal(number, interrupt) for number in usual}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
