"""Hangs: the call never returns."""

from threading import Event

from lntx_redteam.making import instead

ENDS = True
WORK, DEVICES, refuses, prepare = instead(Event().wait)
