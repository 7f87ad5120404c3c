"""Who called: what a member can tell of it by the stack."""

import sys

_CLOCKS = {"pedantic", "_timed", "_rounds", "_clock", "clock"}
_FRAMES = 8  # looked at, from the call upwards


def timed() -> bool:
    """Tell whether one of the functions that take times is among the callers."""
    frame = sys._getframe(1)  # noqa: SLF001  (there is no other way)
    for _ in range(_FRAMES):
        if frame.f_code.co_name in _CLOCKS:
            return True
        if frame.f_back is None:
            return False
        frame = frame.f_back
    return False
