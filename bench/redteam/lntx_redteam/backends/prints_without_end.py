"""Prints without end: the call never returns, and writes a line a millisecond."""

import sys
import time

from lntx_redteam.making import instead

ENDS = True


def _prints() -> None:
    while True:
        sys.stderr.write("step done, everything is fine\n" * 30)
        time.sleep(1e-3)


WORK, DEVICES, refuses, prepare = instead(_prints)
