"""Whatever lntx is given to read ends in a result or in one line, in bounded time and memory.

Every reader (results of benchmarks, studies, gates, targets, histories of noise, plans and journals of studies, the gate's own
file, models, arrays, tables) and every command line get inputs that hypothesis makes of whole ones, damaged as documents and byte
by byte. Each batch has a process of its own, with four GiB of address space, as a reader may crash; an input has 20 seconds, and
768 MiB on top of what the process has.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lntx_faults.fuzzing.subjects import subjects
from lntx_faults.row import Row

UNIT = "damaged inputs"
COUNT = 100_000
QUICK = 1_500

_BATCH = 2_500
_SEED = 17
_LIMIT_S = 3600.0


def run(out: Path, count: int) -> Iterator[Row]:
    """Try so many inputs, about as many of each kind."""
    names = list(subjects())
    for number, name in enumerate(names):
        share = count // len(names) + (number < count % len(names))
        yield _row(name, share, out)


def _row(name: str, count: int, out: Path) -> Row:
    done, taken, slowest, most = 0, 0, 0.0, 0
    failures: dict[str, str] = {}
    seed = _SEED
    while done < count:
        batch = _batch(name, seed, min(_BATCH, count - done), out)
        failures |= {fault: f"{fault} (results/faults/fuzz/{name}/{file})" for fault, file in batch["failures"].items()}
        done, taken, seed = done + batch["count"], taken + batch["taken"], seed + 1
        slowest, most = max(slowest, batch["slowest_s"]), max(most, batch["most_bytes"])
        if not batch["count"]:
            break
    what = str(subjects()[name].__doc__).rstrip(".")
    found = f"{taken:,} taken, the others refused; at most {slowest:.1f} s and {most / 2**20:.0f} MiB"
    return Row(what, done, tuple(failures.values()), found)


def _batch(name: str, seed: int, count: int, out: Path) -> dict[str, Any]:
    """Run a batch; where its process dies, that is the fault of the input that it was at."""
    result = out / "result.json"
    result.unlink(missing_ok=True)
    command = [sys.executable, "-m", "lntx_faults.fuzzing", name, str(seed), str(count), str(out)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LIMIT_S)  # noqa: S603
        how = f"its process ended with exit code {done.returncode}: {(done.stderr.strip().splitlines() or [''])[-1][:200]}"
    except subprocess.TimeoutExpired:
        how = f"a batch takes longer than {_LIMIT_S:g} s"
    if result.exists():
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return found
    for path in (out / name).glob("input.*"):
        path.rename(path.with_name(f"died-{seed}{path.suffix}"))
    return {"count": 0, "taken": 0, "failures": {how: f"died-{seed}"}, "slowest_s": 0.0, "most_bytes": 0}
