"""pyperf: several processes for each benchmark, of which the mean is compared."""

import json
from pathlib import Path

from lntx.host.threads import VARIABLES
from lntx_selftest.rivals import child

LABEL = "pyperf"
PACKAGE = "pyperf"
STATISTICS = ("mean",)

_VALUES, _WARMUPS, _TIME_S = 3, 1, 0.1  # its defaults; a value takes between once and twice the time


def measure(tree: Path, folder: Path, budget_s: float) -> dict[str, dict[str, float]]:
    """Run the suite once, with as many processes as the budget has room for, and never fewer than two."""
    path = folder / "pyperf.json"
    processes = room(budget_s, child.start_s(tree))
    own = ["-o", str(path), "--processes", str(processes), "--inherit-environ", ",".join(VARIABLES)]
    child.run(tree, ["pyperf_units.py", *own, "--values", str(_VALUES), "--warmups", str(_WARMUPS), "-q"])
    return {"mean": means(path.read_text(encoding="utf-8"))}


def room(budget_s: float, start_s: float) -> int:
    """Tell how many processes fit beside the one that finds how many calls make a value."""
    one = start_s + 1.5 * _TIME_S * (_VALUES + _WARMUPS)
    return max(2, round(budget_s / one) - 1)


def means(text: str) -> dict[str, float]:
    """Read the mean of each benchmark from a file of its, which holds one alone, or several."""
    document = json.loads(text)
    found = {}
    for one in document["benchmarks"]:
        name = {**document.get("metadata", {}), **one.get("metadata", {})}["name"]
        values = [value for run in one["runs"] for value in run.get("values", ())]
        found[name] = sum(values) / len(values)
    return found
