"""Which lntx measured: its code, and its commit where it runs from its source tree and git is there to ask."""

import hashlib
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

from lntx.host import lifetime
from lntx.host.variables import passed_on

_PACKAGE = Path(__file__).resolve().parents[1]
_TREE = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=1)
def commit() -> dict[str, Any]:
    """Name commit and branch, and whether the tree differs from it; empty for an installed lntx."""
    git = shutil.which("git")
    if git is None or not (_TREE / ".git").exists():
        return {}
    identity, branch, changes = (
        _ask(git, *words)
        for words in (("rev-parse", "HEAD"), ("rev-parse", "--abbrev-ref", "HEAD"), ("status", "--porcelain"))
    )
    return {"id": identity, "branch": branch, "dirty": bool(changes)} if identity else {}


def code(suites: Path | None = None) -> str:
    """Hash the package and its suites: a commit doesn't tell what was changed since, nor what was installed."""
    found = hashlib.sha256()
    for folder in filter(None, (_PACKAGE, suites)):
        for path in sorted(folder.rglob("*.py")):
            found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:12]


def _ask(git: str, *words: str) -> str:
    try:
        answer = lifetime.run([git, "-C", str(_TREE), *words], limit_s=20, env=passed_on(), text=True)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return ""
    return "" if answer.returncode else answer.stdout.strip()
