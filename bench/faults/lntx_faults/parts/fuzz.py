"""Whatever lntx is given to read ends in a result or in one line, in bounded time and memory.

Every reader (results of benchmarks, studies, gates, targets, histories of noise, plans and journals of studies, the gate's own
file, models, arrays, tables) and every command line get inputs that hypothesis makes of whole ones, damaged as documents and byte
by byte; where atheris is installed, the last batch of each kind is guided by which code of lntx an input reaches. Each batch has
a process of its own, with four GiB of address space, as a reader may crash; an input has 20 seconds, and 768 MiB on top of what
the process has.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lntx_faults.fuzzing.subjects import subjects
from lntx_faults.row import Row

UNIT = "damaged inputs"
COUNT = 100_000
QUICK = 800

_BATCH = 2_500
_SEED = 17
_LIMIT_S = 3600.0


def run(out: Path, count: int) -> Iterator[Row]:
    """Try so many inputs, about as many of each kind."""
    names = list(subjects())
    shares = {name: count // len(names) + (number < count % len(names)) for number, name in enumerate(names)}
    if count <= QUICK:  # starting a process takes longer than a few inputs
        for name, batch in _batches(names, _SEED, max(shares.values()), out).items():
            yield _row(name, [batch])
        return
    for name, share in shares.items():
        yield _row(name, list(_all(name, share, out)))


def _all(name: str, count: int, out: Path) -> Iterator[dict[str, Any]]:
    """Run batches until there were so many inputs, or none comes any more; the last is guided where that can be done."""
    done, seed = 0, _SEED
    while done < count:
        guided = bool(find_spec("atheris")) and done + _BATCH >= count
        batch = _batches([name], seed, min(_BATCH, count - done), out, guided=guided)[name]
        yield batch
        if not batch["count"]:
            return
        done, seed = done + batch["count"], seed + 1


def _row(name: str, batches: Sequence[dict[str, Any]]) -> Row:
    failures = {
        fault: f"{fault} (results/faults/fuzz/{name}/{file})"
        for batch in batches
        for fault, file in batch["failures"].items()
    }
    done, taken = (sum(batch[key] for batch in batches) for key in ("count", "taken"))
    slowest, most = (max(batch[key] for batch in batches) for key in ("slowest_s", "most_bytes"))
    found = f"{taken:,} taken, the others refused; at most {slowest:.1f} s and {most / 2**20:.0f} MiB"
    return Row(str(subjects()[name].__doc__).rstrip("."), done, tuple(failures.values()), found)


def _batches(
    names: Sequence[str], seed: int, count: int, out: Path, *, guided: bool = False
) -> dict[str, dict[str, Any]]:
    """Run a batch of each; where the process dies, that is the fault of the input that it was at."""
    results = {name: out / f"{name}.json" for name in names}
    for result in results.values():
        result.unlink(missing_ok=True)
    module = "lntx_faults.fuzzing.guided" if guided else "lntx_faults.fuzzing"
    command = [sys.executable, "-m", module, str(out), str(seed), str(count), *names]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LIMIT_S)  # noqa: S603  (a list of words, which no shell reads)
        how = f"its process ended with exit code {done.returncode}: {(done.stderr.strip().splitlines() or [''])[-1][:200]}"
    except subprocess.TimeoutExpired:
        how = f"a batch takes longer than {_LIMIT_S:g} s"
    lost = {"count": 0, "taken": 0, "failures": {how: f"died-{seed}"}, "slowest_s": 0.0, "most_bytes": 0}
    for path in out.glob("*/input.*"):
        if not results[path.parent.name].exists():
            path.rename(path.with_name(f"died-{seed}{path.suffix}"))
    return {
        name: json.loads(result.read_text(encoding="utf-8")) if result.exists() else lost
        for name, result in results.items()
    }
