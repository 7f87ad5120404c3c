"""Which commit of lntx measured: where it runs from its source tree, and git is there to ask."""

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

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


def _ask(git: str, *words: str) -> str:
    try:
        answer = subprocess.run(  # noqa: S603
            [git, "-C", str(_TREE), *words], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()
