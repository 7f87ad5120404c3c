"""How well the backend chose that chooses among the others."""

from collections.abc import Iterator

import pandas as pd

from lntx.report import units
from lntx.report.findings import Finding
from lntx.report.findings.comparing import place
from lntx.report.frames import CHOOSER, Frames
from lntx.report.rows import CELL, each

PLACE = 40
_NEAR = 1.3  # times the best: nearer isn't worth a better model


def find(frames: Frames) -> Iterator[Finding]:
    """Say in how many cells its time is near that of the best, and where it isn't."""
    steady = frames.cells[(frames.cells["phase"] == "run") & (frames.cells["work"] != "solution")]
    fields = [name for name in ("study", *CELL) if name != "backend"]
    ratios = [pair for _, cells in steady.groupby(fields, sort=False, dropna=False) if (pair := _ratio(cells))]
    if not ratios:
        return
    far = [(ratio, cell) for ratio, cell in ratios if ratio > _NEAR]
    text = f"{CHOOSER} is within {_NEAR:g} times of the fastest backend in {len(ratios) - len(far)} of {len(ratios)} cells."
    worst = [
        f"{units.digits(ratio, 2)} times in {row.suite}, {row.samples:,} {units.TIMES} {row.features:,}, batch size "
        f"{row.batch_size:,}"
        for ratio, cell in far
        for row in each(cell)
    ]
    detail = f"Farther off: {units.listing(worst)}." if worst else "It was not farther off anywhere."
    yield Finding(text, f"{detail} Time per epoch against all others, steps or algebra{place(steady)}.")


def _ratio(cells: pd.DataFrame) -> tuple[float, pd.DataFrame] | None:
    """Set the chooser's time against the least of the others, in one cell."""
    chosen, others = cells[cells["backend"] == CHOOSER], cells[cells["backend"] != CHOOSER]
    if chosen.empty or others.empty:
        return None
    return float(chosen["unit_s"].iloc[0] / others["unit_s"].min()), chosen
