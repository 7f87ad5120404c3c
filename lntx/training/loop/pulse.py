"""A sign of life: whoever waits for a training hears of each step, and can tell a long one from one that hangs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_hear: ContextVar[Callable[[], None] | None] = ContextVar("hear", default=None)


@contextmanager
def heard(hear: Callable[[], None]) -> Iterator[None]:
    """Let `hear` be called after each step of trainings that aren't timed."""
    token = _hear.set(hear)
    try:
        yield
    finally:
        _hear.reset(token)


def listener() -> Callable[[], None] | None:
    """Return what is to be called after each step, if somebody waits."""
    return _hear.get()
