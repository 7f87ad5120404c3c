"""pytest-benchmark: two sessions, one after the other; what its --benchmark-compare-fail compares is mean, median or min."""

import json
from pathlib import Path

from lntx_selftest.rivals import child
from lntx_selftest.runs.gates import UNITS

LABEL = "pytest-benchmark"
PACKAGE = "pytest-benchmark"
STATISTICS = ("mean", "median", "min")


def measure(tree: Path, folder: Path, budget_s: float) -> dict[str, dict[str, float]]:
    """Run the suite once, each benchmark for as long as the budget."""
    path = folder / "benchmark.json"
    own = [f"--benchmark-max-time={budget_s}", f"--benchmark-json={path}", "-q", "-p", "no:cacheprovider"]
    child.run(tree, ["-m", "pytest", UNITS, *own])
    found = json.loads(path.read_text(encoding="utf-8"))["benchmarks"]
    return {
        statistic: {one["params"]["name"]: float(one["stats"][statistic]) for one in found} for statistic in STATISTICS
    }
