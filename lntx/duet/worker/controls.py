"""Frozen controls: functions that hold none of the project's code, so that only the machine can make them slower."""

from __future__ import annotations

from functools import lru_cache

_TURNS = 500
_BYTES = 8 << 20  # more than a core's own cache


def arithmetic() -> int:
    """Do some integer arithmetic and calls in the interpreter."""
    total = 0
    for number in range(_TURNS):
        total += _step(number, total)
    return total


def memory() -> int:
    """Walk once over some megabytes."""
    return _block().find(b"\x01")


CONTROLS = (arithmetic, memory)


def _step(number: int, total: int) -> int:
    return (number * 7 + total) & 1023


@lru_cache(maxsize=1)
def _block() -> bytes:
    return b"\2" * _BYTES  # written to: pages that nobody has written are all the same one
