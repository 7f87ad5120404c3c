"""Other programs: git, pip and the gate itself."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from lntx.errors import InputError, LntxError
from lntx.host import lifetime
from lntx.host.variables import passed_on

_LIMIT_S = 1800.0


def run(command: Sequence[str], folder: Path) -> str:
    """Run a program in a folder; what it prints. LntxError, with its last line, where it fails."""
    done = tried(command, folder)
    if done.returncode:
        raise LntxError(
            f"{Path(command[0]).name} {' '.join(command[1:4])} ... fails: {last(done.stdout + done.stderr)}"
        )
    return done.stdout


def tried(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, whatever comes of it; git sees no repository but the folder's. It ends with this process."""
    try:
        return lifetime.run(
            command, data="", limit_s=_LIMIT_S, cwd=folder, env=passed_on(), text=True, errors="replace"
        )
    except FileNotFoundError as error:
        raise InputError(f"{command[0]} isn't on the path; install it") from error
    except subprocess.TimeoutExpired as error:
        raise LntxError(f"{' '.join(command[:4])} ... took longer than {_LIMIT_S:g} s") from error


def last(text: str) -> str:
    """Return the last line that says something."""
    return ([line.strip() for line in text.splitlines() if line.strip()] or ["it says nothing"])[-1]
