"""Start fresh processes with the session's threads, where they find the same lntx and the same peers."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import lntx
import lntx_peers
from lntx.errors import LntxError
from lntx.host import lifetime, threads

_XLA = ("PJRT_NPROC", "NPROC")  # how many threads XLA makes; it knows no OMP_NUM_THREADS
LIMIT_S = 900.0


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Set the threads of every library, and the places where this lntx and these peers lie."""
    sources = [str(Path(package.__file__ or "").resolve().parents[1]) for package in (lntx, lntx_peers)]
    outside = [source for source in sources if not source.endswith("site-packages")]
    count = {name: str(threads.physical()) for name in (*threads.VARIABLES, *_XLA)}
    path = os.pathsep.join(filter(None, [*outside, os.environ.get("PYTHONPATH")]))
    return {**os.environ, **count, "PYTHONPATH": path, **(more or {})}


def started(arguments: Sequence[str], more: Mapping[str, str] | None = None) -> str:
    """Run a program to its end; give what it printed. LntxError with its last words where it fails."""
    try:
        done = lifetime.run(arguments, limit_s=LIMIT_S, env=environment(more), text=True)
    except subprocess.TimeoutExpired as error:
        raise LntxError(f"{_named(arguments)} took longer than {LIMIT_S:g} s") from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise LntxError(f"{_named(arguments)} ended with exit code {done.returncode}: {(said or ['nothing said'])[-1]}")
    return str(done.stdout)


def answer(stem: str, *arguments: object, more: Mapping[str, str] | None = None) -> Any:
    """Run one of the programs of this folder; give the last line that it prints, read as JSON."""
    command = [sys.executable, "-P", "-m", f"{__package__}.{stem}", *map(str, arguments)]
    return json.loads(started(command, more).splitlines()[-1])


def _named(arguments: Sequence[str]) -> str:
    return " ".join(Path(part).name if i == 0 else part for i, part in enumerate(arguments))[:120]
