"""Raises: the call ends with an error of the backend's own."""

from lntx_redteam.making import instead


def _raises() -> None:
    raise RuntimeError("the accelerator has no power")


WORK, DEVICES, refuses, prepare = instead(_raises)
