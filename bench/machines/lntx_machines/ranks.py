"""Ranks as processes: under torchrun, on this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lntx
from lntx.errors import LntxError
from lntx.host import lifetime
from lntx.host.descendants import VARIABLE

_HERE = (Path(lntx.__file__).parents[1], Path(__file__).parents[1])
_SAID = 400  # characters of what a failed command said


def command(module: Sequence[str], ranks: int, options: Sequence[str] = ()) -> list[str]:
    """Return the command that starts a module as so many ranks."""
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}", *options]
    return [*launch, "-m", *module]


def variables(**more: str) -> dict[str, str]:
    """Return the variables of such a command: one thread a rank, this lntx, and a mark by which ranks end with this process."""
    path = os.pathsep.join([*map(str, _HERE), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": path, VARIABLE: str(os.getpid()), **more}


def run(
    module: Sequence[str], ranks: int, options: Sequence[str] = (), limit_s: float = 300.0
) -> "subprocess.CompletedProcess[str]":
    """Run a module as so many ranks, to its end."""
    return lifetime.run(command(module, ranks, options), limit_s=limit_s, env=variables(), text=True)


def trained(words: Sequence[object], ranks: int, options: Sequence[str] = (), limit_s: float = 300.0) -> dict[str, Any]:
    """Run `lntx train WORDS --json` as so many ranks, and return what rank 0 printed; LntxError where it fails."""
    return printed(run(["lntx", "train", *map(str, words), "--json"], ranks, options, limit_s))


def printed(said: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """Return the JSON that a command printed last; LntxError where it failed."""
    if said.returncode:
        own = [line for line in said.stderr.splitlines() if line.startswith("lntx: ")]
        raise LntxError(f"exit code {said.returncode}: {' '.join(own)[-_SAID:] or said.stderr[-_SAID:]}")
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found
