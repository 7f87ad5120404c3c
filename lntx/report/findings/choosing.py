"""How well the backend chose that chooses among the others."""

from collections.abc import Iterator

import pandas as pd

from lntx.report import units
from lntx.report.columns import CELL
from lntx.report.document import Finding
from lntx.report.frames import CHOOSER, Frames
from lntx.report.intervals import Interval
from lntx.report.phrases import place

ORDER = 40
TOPIC = "Which is fastest"
_FEW = 3  # cells, of which a count says something
_NEAR = 1.3  # times the best: nearer isn't worth a better model


def find(frames: Frames) -> Iterator[Finding]:
    """Yield in how many cells its time is near that of the best, and where it isn't."""
    steady = frames.cells[(frames.cells["phase"] == "run") & (frames.cells["work"] != "solution")]
    fields = [name for name in ("study", *CELL) if name != "backend"]
    found = [pair for _, cells in steady.groupby(fields, sort=False, dropna=False) if (pair := _ratio(frames, cells))]
    if len(found) < _FEW:
        return
    near = [ratio for ratio, _ in found if ratio.center <= _NEAR]
    unsure = [ratio for ratio, _ in found if ratio.center > _NEAR and ratio.low is not None and ratio.low <= _NEAR]
    far = [
        f"{units.digits(ratio.center, 2)} times {_where(cell)}" for ratio, cell in found if ratio not in near + unsure
    ]
    text = f"{CHOOSER} is within {_NEAR:g} times of the fastest backend in {len(near)} of {len(found)} cells"
    more = f", and in {len(unsure)} more it can't be told" if unsure else ""
    detail = f"Farther off: {units.listing(far)}." if far else "Nowhere is it clearly farther off."
    taken = steady.loc[steady["taken"] != "", "taken"].value_counts()
    counted = [f"{name} {units.plural(count, 'time')}" for name, count in taken.items()]
    took = f" It took {units.listing(counted)}." if counted else ""
    detail += f"{took} Time per epoch against all others, steps or algebra{place(steady)}."
    yield Finding(f"{text}{more}.", detail)


def _where(cell: pd.Series) -> str:
    return (
        f"in {cell['suite']}, {cell['samples']:,} {units.TIMES} {cell['features']:,}, batch size {cell['batch_size']:,}"
    )


def _ratio(frames: Frames, cells: pd.DataFrame) -> tuple[Interval, pd.Series] | None:
    """Set the chooser's time against the least of the others, in one cell."""
    chosen, others = cells[cells["backend"] == CHOOSER], cells[cells["backend"] != CHOOSER]
    if chosen.empty or others.empty:
        return None
    best = others.sort_values("unit_s", kind="stable").iloc[0]
    return frames.ratio(int(chosen["cell"].iloc[0]), int(best["cell"])), chosen.iloc[0]
