"""A data set that is larger than one rank's memory limit trains across ranks, each within its limit.

A Parquet table, read by one process as any table is, and by ranks some rows at a time. The limit is the kernel's on a process's
own memory (RLIMIT_DATA), on top of what Python and torch take.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lntx.errors import LntxError
from lntx.host import lifetime
from lntx_machines import ranks
from lntx_machines.row import Row

ORDER, QUICK = 3, False
_ROWS, _FEATURES, _GROUP = 1_000_000, 100, 20_000
_LIMIT = 200 * 2**20
_PATIENCE_S = 60.0


def run(out: Path, *, quick: bool) -> Iterator[Row]:  # noqa: ARG001  (there is no short form)
    """Train with a limit that the data don't fit in, by one process and by ranks."""
    _write(out / "table.parquet")
    size = _ROWS * (_FEATURES + 1) * 4
    words = ["train", "--data", str(out / "table.parquet"), "--target", "y", "--batch-size", "full", "--lr", "0.1"]
    words += ["--epochs", "20", "--no-verify", "--json", "--backend"]
    told = f"{size / 2**20:.0f} MiB of data, {_LIMIT / 2**20:.0f} MiB for each process"
    fits = _fits([*ranks.command(["lntx_machines.children.limited", str(_LIMIT), *words, "manual"], 1)])
    yield Row(f"one process, manual: {told}", "it doesn't fit", "it fits" if fits else "it doesn't fit", ok=not fits)
    for backend in ("distributed", "distributed-gram"):
        for count in (2, 4):
            module = ["lntx_machines.children.limited", str(_LIMIT), *words, backend]
            try:
                found = ranks.printed(ranks.run(module, count, limit_s=150))
            except LntxError as error:
                yield Row(f"{count} ranks, {backend}: {told}", "trained", str(error), ok=False)
                continue
            off = float(np.abs(np.array(found["weights"]) - _weights()).max())
            yield Row(
                f"{count} ranks, {backend}: {told}",
                "trained",
                f"trained, weights within {off:.2g} of the true ones",
                ok=True,
            )


def _fits(command: list[str]) -> bool:
    """Whether a command ends well; one that gets no memory may fail, or wait for a thread that it can't start."""
    try:
        return lifetime.run(command, limit_s=_PATIENCE_S, env=ranks.variables(), text=True).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _weights() -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.linspace(-1, 1, _FEATURES)


def _write(path: Path) -> None:
    """Write a table, some rows at a time."""
    import pyarrow as pa  # noqa: PLC0415  (loads for a second)
    import pyarrow.parquet as pq  # noqa: PLC0415

    names = [f"x{i}" for i in range(_FEATURES)]
    schema = pa.schema([(name, pa.float32()) for name in (*names, "y")])
    rng = np.random.default_rng(0)
    with pq.ParquetWriter(path, schema, compression="none") as writer:
        for _ in range(_ROWS // _GROUP):
            x = rng.standard_normal((_GROUP, _FEATURES)).astype(np.float32)
            y = (x @ _weights()).astype(np.float32)
            writer.write_table(pa.table([*map(pa.array, x.T.copy()), pa.array(y)], schema=schema))
