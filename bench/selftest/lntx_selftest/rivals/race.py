"""One repetition of a rival: base, then a commit of the same code, as one would compare two commits with it."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from lntx.duet.checkout import worktree
from lntx.duet.repository import Repository
from lntx.errors import LntxError
from lntx.host import locks
from lntx_selftest.rivals import installed, module
from lntx_selftest.subject.commits import names
from lntx_selftest.subject.repository import texts


def run(root: Path, stem: str, budget_s: float) -> dict[str, Any]:
    """Measure both commits, within `budget_s` seconds for each benchmark; LntxError where the tool gives no whole answer."""
    repository, began = Repository.around(root), monotonic()
    with locks.machine("lntx-selftest", root):  # a gate beside it would be measured too
        found = {arm: _one(repository, stem, tag, budget_s / 2) for arm, tag in (("base", "base"), ("head", "equal"))}
    seconds, wanted = monotonic() - began, set(names(texts()["work.py"]))
    for values in (values for statistics in found.values() for values in statistics.values()):
        if set(values) != wanted or min(values.values()) <= 0:
            raise LntxError(f"{module(stem).LABEL} gave no time for some benchmarks")
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    return {"seconds": seconds, "budget_s": budget_s, "version": installed(stem), "ended": ended, **found}


def _one(repository: Repository, stem: str, tag: str, budget_s: float) -> dict[str, dict[str, float]]:
    with TemporaryDirectory(prefix="lntx-selftest-") as name:
        folder = Path(name).resolve()
        with worktree(repository, repository.commit(tag), folder / "tree") as tree:
            found: dict[str, dict[str, float]] = module(stem).measure(tree, folder, budget_s)
            return found
