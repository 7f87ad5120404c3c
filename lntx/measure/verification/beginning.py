"""How a process that verifies begins: it ends with whoever started it, and waits for its turn."""

import faulthandler
import os
import sys

from lntx.host import lifetime, memory


def awaited(parent: int) -> None:
    """Follow a process, and wait until it says so; end at once where nobody waits any more."""
    faulthandler.enable()
    lifetime.follow(parent)
    memory.volunteer()
    if not sys.stdin.readline():
        os._exit(1)
