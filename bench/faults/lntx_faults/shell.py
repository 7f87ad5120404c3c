"""lntx as it is started from a shell: its command line, and what it sees."""

import os
import sys
from pathlib import Path

from lntx.host import locks

_OTHERS = ("GIT_", "PYTEST_", "GITHUB_")


def command(*words: object) -> list[str]:
    """Return the command line of an lntx."""
    return [sys.executable, "-P", "-m", "lntx", *map(str, words)]


def variables(lock: Path, **more: str) -> dict[str, str]:
    """Return this process's variables, less git's, pytest's and the runner's; lock is where the machine's lock lies."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    return own | {locks.VARIABLE: str(lock)} | more
