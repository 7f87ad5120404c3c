"""A study in four shards on two machines merges into the page of the whole; a lost shard is said, and can be filled in."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lntx.errors import LntxError
from lntx.host import lifetime
from lntx_machines import ranks
from lntx_machines.row import Row

ORDER, QUICK = 6, False
_SUITES = ("features", "samples", "batches")
_STUDY = (
    "--profile",
    "smoke",
    *(word for name in _SUITES for word in ("--suite", name)),
    "--backend",
    "numpy",
    "--backend",
    "fused",
)
_SHARDS = 4


def run(out: Path, *, quick: bool) -> Iterator[Row]:  # noqa: ARG001  (there is no short form)
    """Measure a study whole, and in shards, each on one of two machines by its fingerprint."""
    _lntx("Machine A", "bench", *_STUDY, "-o", out / "whole")
    for number in range(1, _SHARDS + 1):
        _lntx(
            f"Machine {'AB'[number % 2]}", "bench", *_STUDY, "--shard", f"{number}/{_SHARDS}", "-o", out / str(number)
        )
    some = _lntx("Machine A", "merge", *(out / str(i) for i in (1, 2, 4)), "-o", out / "some", "--json")
    yield Row(
        "shards 1, 2 and 4 merged",
        "shard 3 is said to be missing",
        f"missing: {some['missing']}",
        ok=some["missing"] == [3],
    )
    merged = _lntx("Machine A", "merge", out / "some", out / "3", "-o", out / "merged", "--json")
    found, whole = _cells(out / "merged"), _cells(out / "whole")
    same = sorted(found) == sorted(whole)
    yield Row(
        "shard 3 filled in",
        "the cells of the whole",
        f"{len(found)} cells, {'those' if same else 'not those'} of the whole",
        ok=same and not merged["missing"],
    )
    page = _lntx("Machine A", "report", out / "merged", "-o", out / "page", "--json")
    said = next((one["text"] for one in page["findings"] if "merged from" in one["text"]), "no machines")
    yield Row("its page", "names both machines", said, ok="Machine A" in said and "Machine B" in said)


def _lntx(machine: str, *words: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "lntx_machines.children.elsewhere", machine, *map(str, words)]
    said = lifetime.run(command, limit_s=300, env=ranks.variables(), text=True)
    if said.returncode:
        raise LntxError(f"{words[0]}: {said.stderr[-300:]}")
    lines = said.stdout.splitlines()
    return json.loads(lines[-1]) if "--json" in words else {}


def _cells(folder: Path) -> list[str]:
    document = json.loads((folder / "study.json").read_text())
    studies = document if isinstance(document, list) else [document]
    return [one["param"] for study in studies for one in study["benchmarks"]]
