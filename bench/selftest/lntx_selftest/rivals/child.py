"""Running a rival, in a process of its own, with one thread, as the gate's workers have."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from lntx.errors import LntxError
from lntx.host import lifetime
from lntx.host.threads import VARIABLES

_LIMIT_S = 3600.0


def run(tree: Path, arguments: list[str], more: Mapping[str, str] | None = None) -> float:
    """Run Python in a tree with these arguments, and give the seconds; LntxError, with its last words, where it fails."""
    seen = {**os.environ, **dict.fromkeys(VARIABLES, "1"), **(more or {})}
    began = monotonic()
    try:
        done = lifetime.run([sys.executable, *arguments], limit_s=_LIMIT_S, cwd=tree, env=seen, text=True)
    except subprocess.TimeoutExpired as error:
        raise LntxError(f"{' '.join(arguments[:3])} took longer than {_LIMIT_S:g} s") from error
    if done.returncode:
        last = (done.stderr + done.stdout).strip().splitlines() or ["it says nothing"]
        raise LntxError(f"{' '.join(arguments[:3])} fails: {last[-1]}")
    return monotonic() - began


def start_s(tree: Path) -> float:
    """Give the seconds that a process takes to start and to import the subject."""
    return run(tree, ["-c", "import work"])
