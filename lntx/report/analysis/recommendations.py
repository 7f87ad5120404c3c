"""What to take for which training: the fastest of those that do every step, the fastest of all, and what auto takes."""

from typing import Any

import pandas as pd

from lntx.record import LINEAR
from lntx.report import units
from lntx.report.analysis.choosers import contradicted
from lntx.report.document import Table
from lntx.report.frames import BASELINE, CHOOSER, THREADS, Frames
from lntx.report.phrases import told_apart
from lntx.report.rows import each
from lntx.report.tables import batch, problem

_HEADINGS = (
    "training",
    "batch",
    "doing every step",
    "its epoch",
    f"over {BASELINE}",
    "by any way",
    "its epoch",
    f"{CHOOSER} takes",
)
_NUMERIC = (False, False, False, True, True, False, True, False)
_SAME = ["problem", "samples", "features", "outputs", "batch_size"]
_PLACE = ["study", "device", "dtype"]
_MOST = 100
_WORKS = ("steps", "algebra")


def recommendations(frames: Frames) -> Table | None:
    """Make one row for each training that several backends did; None for studies of several places, or nothing to choose."""
    cells = frames.cells[(frames.cells["phase"] == "run") & (frames.cells["suite"] != THREADS)]
    cells = cells[cells["work"].isin(_WORKS) & (cells["model"] == LINEAR)]
    if cells.empty or any(len(set(cells[name])) > 1 for name in _PLACE):
        return None
    once = cells.drop_duplicates([*_SAME, "backend"]).sort_values(_SAME, kind="stable")
    rows = [row for _, part in once.groupby(_SAME, sort=False) if (row := _row(frames, part))]
    said = sorted(rows, key=lambda row: row[0] != "tutorial")[:_MOST]
    left_out, caption = len(rows) - len(said), "What to take for which training"
    return Table(_HEADINGS, tuple(said), _NUMERIC, left_out, caption, sorts=True) if rows else None


def _row(frames: Frames, part: pd.DataFrame) -> tuple[str, ...] | None:
    ways = part[part["backend"] != CHOOSER]
    steps = ways[ways["work"] == "steps"]
    if len(steps) < 2:  # noqa: PLR2004  (one alone is no choice)
        return None
    first, chooser = each(part)[0], each(part[part["backend"] == CHOOSER])
    (name, best), (any_name, any_best) = _best(frames, steps), _best(frames, ways)
    faster = "" if pd.isna(best.speedup) else f"{units.digits(best.speedup)}{units.TIMES}"
    other = (any_name, units.seconds(any_best.unit_s)) if any_best.work != "steps" else ("the same", "")
    return (
        "tutorial" if first.problem == "tutorial" else problem(first),
        batch(first),
        name,
        units.seconds(best.unit_s),
        faster,
        *other,
        _taken(frames, chooser[0]) if chooser else "",
    )


def _taken(frames: Frames, chooser: Any) -> str:
    """Return which backend the chooser took, where the study says so, and its epoch, unless that backend's own says otherwise."""
    time = units.seconds(chooser.unit_s)
    if not chooser.taken:
        return time
    return chooser.taken if contradicted(frames, chooser) else f"{chooser.taken}, {time}"


def _best(frames: Frames, cells: pd.DataFrame) -> tuple[str, Any]:
    """Name the fastest, and whom it can't be told apart from."""
    best, *others = each(cells.sort_values(["unit_s", "backend"], kind="stable"))
    alike = others and not told_apart(frames.ratio(others[0].cell, best.cell))
    return f"{best.backend} or {others[0].backend}" if alike else best.backend, best
