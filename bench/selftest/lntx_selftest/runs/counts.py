"""The counters' own A/A: the same code counted many times over, in several pairs of workers, and how often they differed."""

import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from lntx.duet.config import GateConfig
from lntx.duet.environment import Environment, environment
from lntx.duet.pair import Failure, WorkerPair, worker_pair
from lntx.duet.repository import Repository
from lntx.duet.workspace import workspace
from lntx.errors import LntxError
from lntx.host import locks
from lntx.judge.counts import exceeds
from lntx.result import Arm
from lntx_selftest.runs.gates import LAYERS, UNITS

COUNTS = "counts"
WANTED = 1000
"""Comparisons, all told, in which not one may differ."""
EACH = 12
"""How often one pair of workers counts a benchmark: what might vary, varies between processes rather than in one."""


def run(root: Path, each: int = EACH) -> dict[str, Any]:
    """Count every benchmark of two equal commits, in one pair of workers; LntxError where a worker is lost.

    A comparison is of all counters of a benchmark at once, and only of one of which something is counted. Memory differs where it
    is more than the judge lets pass.
    """
    began = monotonic()
    repository = Repository.around(root)
    commits: dict[Arm, str] = {"base": repository.commit("base"), "head": repository.commit("equal")}
    request = GateConfig(root, "base", "equal", (UNITS, LAYERS), python=sys.executable)
    with locks.machine("lntx-selftest", root), workspace(repository, commits) as space:
        comparisons, differences = _counted(environment(request, repository.root, space), each)
    return {"comparisons": comparisons, "differences": differences, "seconds": monotonic() - began}


def _counted(environ: Environment, each: int) -> tuple[int, list[str]]:
    comparisons, differences = 0, []
    with worker_pair(environ, 0, Random(), more=environ.watching) as (pair, collected):  # noqa: S311  (it draws places and orders, no secrets)
        for test in collected["head"]["tests"]:
            for answer in _answers(pair, test["id"], each):
                base, head = (answer[arm]["counters"] for arm in ("base", "head"))
                shared = [name for name in base if name in head]
                comparisons += any(base[name] or head[name] for name in shared)
                differences += [
                    f"{test['id']}: {name} {base[name]:g} and {head[name]:g}"
                    for name in shared
                    if exceeds(name, base[name], head[name]) or exceeds(name, head[name], base[name])
                ]
    return comparisons, differences


def _answers(pair: WorkerPair, test: str, each: int) -> list[Mapping[Arm, Mapping[str, Any]]]:
    try:
        pair.begin(test, None)
        for _ in range(2):  # as the survey does: what is compiled or cached at first is so then
            pair.both("batch", do="batch", iterations=1)
        found = [pair.both("counts", do="count") for _ in range(each)]
        pair.finish()
    except Failure as failure:
        raise LntxError(f"{test} ended before it was counted: {dict(failure.endings)}") from failure
    return [*found]
