"""Exits: the call raises SystemExit with code 0, which looks like success."""

import sys

from lntx_redteam.making import instead

ENDS = True
WORK, DEVICES, refuses, prepare = instead(lambda: sys.exit(0))
