"""Interrupts: the call raises KeyboardInterrupt, as if somebody had pressed Ctrl-C."""

from lntx_redteam.making import instead

ENDS = True


def _interrupt() -> None:
    raise KeyboardInterrupt


WORK, DEVICES, refuses, prepare = instead(_interrupt)
