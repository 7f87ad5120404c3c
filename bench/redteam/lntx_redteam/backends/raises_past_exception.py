"""Raises past Exception: its error inherits from BaseException, and slips through what catches Exception."""

from lntx_redteam.making import instead

ENDS = True


class _Slippery(BaseException):
    pass


def _raises() -> None:
    raise _Slippery("nobody catches this")


WORK, DEVICES, refuses, prepare = instead(_raises)
