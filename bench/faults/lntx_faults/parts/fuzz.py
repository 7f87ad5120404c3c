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
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lntx_faults.fuzzing.subjects import subjects
from lntx_faults.row import Row, Step

UNIT = "damaged inputs"
COUNT = 100_000
QUICK = 800

_BATCH = 2_000
_SEED = 17
_LIMIT_S = 3600.0


def steps(count: int) -> dict[str, Step]:
    """Try so many inputs or a few more, in batches, as many of each kind; the last of a kind is guided where that can be done."""
    names = list(subjects())
    share = -(-count // len(names))
    if count <= QUICK:  # starting a process takes longer than a few inputs
        return {f"{share:,} inputs of each kind": partial(_rows, names, _SEED, share, False)}
    size = min(_BATCH, share)
    found: dict[str, Step] = {}
    for name in names:
        batches = -(-share // size)
        for turn in range(batches):
            guided = bool(find_spec("atheris")) and turn == batches - 1
            step = f"{name}, {size:,} inputs by seed {_SEED + turn}{', guided' * guided}"
            found[step] = partial(_rows, [name], _SEED + turn, size, guided)
    return found


def _rows(names: Sequence[str], seed: int, count: int, guided: bool, out: Path) -> list[Row]:
    """Try a batch of each kind, in one process."""
    found = _batches(names, seed, count, out, guided=guided)
    return [_row(name, batch, out, guided=guided) for name, batch in found.items()]


def _row(name: str, batch: Mapping[str, Any], out: Path, *, guided: bool) -> Row:
    what = str(subjects()[name].__doc__).rstrip(".") + ", guided by the code that they reach" * guided
    shown = Path(*(out / name).parts[-4:])  # of the folder of results
    failures = tuple(f"{fault} ({shown / file})" for fault, file in batch["failures"].items())
    most = {"s": batch["slowest_s"], "MiB": batch["most_bytes"] / 2**20}
    return Row(what, batch["count"], failures, counts={"taken": batch["taken"]}, most=most)


def _batches(names: Sequence[str], seed: int, count: int, out: Path, *, guided: bool) -> dict[str, dict[str, Any]]:
    """Run a batch of each; where the process dies, that is the fault of the input that it was at."""
    results = {name: out / f"{name}.json" for name in names}
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
