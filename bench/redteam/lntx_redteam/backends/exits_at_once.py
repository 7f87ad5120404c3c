"""Exits at once: the call ends the process with code 0, past Python."""

import os

from lntx_redteam.making import instead

ENDS = True
WORK, DEVICES, refuses, prepare = instead(lambda: os._exit(0))
