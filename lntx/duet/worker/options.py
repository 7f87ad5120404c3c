"""What a suite's own settings must not do to a worker: time by itself, run in parallel, stop early, watch or write."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

_OFF: dict[str, Any] = {
    # pytest itself: whatever fails is reported, and the controller goes on
    "maxfail": 0,
    "collectonly": False,
    "continue_on_collection_errors": True,
    "usepdb": False,
    "trace": False,
    "setuponly": False,
    "setupplan": False,
    "lf": False,
    "failedfirst": False,
    "newfirst": False,
    "stepwise": False,
    "stepwise_skip": False,
    "color": "no",  # FORCE_COLOR, which CI systems set, colours also what is read here
    # pytest-benchmark: a benchmark that its suite disables is gated all the same
    "benchmark_disable": False,
    "benchmark_enable": True,
    "benchmark_skip": False,
    "benchmark_only": False,
    "benchmark_save": None,
    "benchmark_autosave": None,
    "benchmark_json": None,
    "benchmark_compare": [],
    "benchmark_compare_fail": None,
    "benchmark_histogram": [],
    "benchmark_cprofile": None,
    "benchmark_cprofile_dump": [],
    # pytest-xdist
    "numprocesses": None,
    "maxprocesses": None,
    "distload": False,
    "dist": "no",
    "tx": [],
    "looponfail": False,
    # pytest-forked, pytest-run-parallel
    "forked": False,
    "parallel_threads": 1,
    # what both arms would write to one file
    "xmlpath": None,
    "htmlpath": None,
    "report_log": None,
    # pytest-cov
    "cov_source": [],
    "no_cov": True,
    # pytest-randomly: the same seed in both arms, and the controller's order
    "randomly_seed": 0,
    "randomly_reorganize": False,
    # pytest-random-order: tests whose ids move are told apart by their order
    "random_order_enabled": False,
    "random_order_bucket": "none",
    # pytest-memray, pytest-testmon: both watch what runs, and the latter leaves tests out
    "memray": False,
    "testmon": False,
    # pytest-rerunfailures, pytest-codspeed
    "reruns": None,
    "codspeed": False,
}


def neutralise(namespace: Any) -> None:
    """Set what is among the parsed options to what does nothing; other plugins' options aren't added."""
    for name, value in _OFF.items():
        if hasattr(namespace, name):
            setattr(namespace, name, list(value) if isinstance(value, list) else value)


def part(namespace: Any) -> None:
    """Give each arm a part of its own of the folder for temporary files that is named, which pytest clears when it begins."""
    given, tree = getattr(namespace, "basetemp", None), os.environ.get("LNTX_DUET_TREE")
    if given and tree:
        Path(given).mkdir(parents=True, exist_ok=True)
        namespace.basetemp = str(Path(given) / Path(tree).name)
