"""asv: rounds of processes that go through the suite, in the existing environment; the median of all samples is compared."""

import json
from ast import literal_eval
from pathlib import Path

from lntx_selftest.rivals import child

LABEL = "asv"
PACKAGE = "asv"
STATISTICS = ("median",)

_ROUNDS, _SAMPLE_S, _WARMUP_S = 2, 0.01, 0.1  # its defaults
_MACHINE = "here"


def measure(tree: Path, folder: Path, budget_s: float) -> dict[str, dict[str, float]]:
    """Run the suite once, with as many samples as the budget has room for."""
    home = {"HOME": str(folder)}  # where it keeps what it knows of machines
    child.run(tree, ["-m", "asv", "machine", "--yes", "--machine", _MACHINE], home)
    repeat = room(budget_s, child.start_s(tree))
    own = ["--machine", _MACHINE, "--python=same", "--set-commit-hash", "HEAD"]
    child.run(tree, ["-m", "asv", "run", *own, "-a", f"rounds={_ROUNDS}", "-a", f"repeat={repeat}"], home)
    (path,) = (tree / "results" / _MACHINE).glob("*-existing-*.json")
    return {"median": medians(path.read_text(encoding="utf-8"))}


def room(budget_s: float, start_s: float) -> int:
    """Tell how many samples of each round fit, beside start and warm-up; never fewer than its own five."""
    return max(5, round((budget_s / _ROUNDS - start_s - _WARMUP_S) / _SAMPLE_S))


def medians(text: str) -> dict[str, float]:
    """Read the results of the one benchmark, by its parameter."""
    document = json.loads(text)
    (row,) = document["results"].values()
    found = dict(zip(document["result_columns"], row, strict=False))
    return {literal_eval(name): float(value) for name, value in zip(found["params"][0], found["result"], strict=True)}
