"""Frames as tables that people read: headings in words, units where they belong, nothing where nothing is known."""

import math
from collections.abc import Sequence
from itertools import compress
from typing import Any

import pandas as pd

from lntx import escaping
from lntx.report import names, settings, units
from lntx.report.document import Picture, Table
from lntx.report.environments import Difference
from lntx.report.frames import BASELINE
from lntx.report.intervals import CONFIDENCE
from lntx.report.rows import each

MOST = 300
"""Rows of a table on a page: of more, the raw numbers tell."""

_WORDS = {
    "whole": "timed whole",
    "ok": "agrees",
    "share": "share of tolerance",
    "speedup": f"times as fast as {BASELINE}",
    "before_s": "time before",
    "after_s": "time after",
}
_HIDDEN = {"axis", "per", "setting"}
_NAME, _RUNS = 90, 12
_FASTER = f"faster than {BASELINE}"


def of_frame(frame: pd.DataFrame, caption: str = "", rest: str = "", most: int = 60) -> Table:
    """Make the table beneath a picture."""
    hidden = _HIDDEN | {"backend"} if "series" in frame else _HIDDEN
    columns = [name for name in frame if name not in hidden and (frame[name].notna() & (frame[name] != "")).any()]
    shown = frame[columns].head(most)
    if "name" in columns:  # a benchmark's, of any length
        shown = shown.assign(name=shown["name"].map(names.labels(frame["name"], _NAME)))
    rows = tuple(
        tuple(_cell(str(n), v) for n, v in zip(columns, row, strict=True)) for row in shown.itertuples(index=False)
    )
    return Table(
        headings=tuple(_heading(str(name), frame) for name in columns),
        rows=rows,
        numeric=tuple(pd.api.types.is_numeric_dtype(frame[name]) for name in columns),
        left_out=len(frame) - len(shown),
        caption=caption,
        rest=rest,
        wraps="name" in columns,
    )


def of_picture(picture: Picture) -> Table:
    """Make the table beneath a picture."""
    return of_frame(picture.frame, f"Numbers of: {picture.title}", f"frames/figure-{picture.name}.csv")


def _heading(name: str, frame: pd.DataFrame) -> str:
    if name == "size" and "axis" in frame:
        return str(frame["axis"].iloc[0]).replace("_", " ")
    return _WORDS.get(name, name.removesuffix("_s").removesuffix("_bytes").replace("_", " "))


def _cell(name: str, value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or name in {"whole", "ok", "agrees"}:
        return "yes" if value else "no"
    if name.endswith("_s"):
        return units.seconds(float(value))
    if name.endswith("_bytes"):
        return units.data(float(value))
    if isinstance(value, int):
        return f"{value:,}"
    return units.digits(float(value)) if isinstance(value, float) else units.clean(value)


CELL_HEADINGS: tuple[str, ...] = (
    "backend",
    "problem",
    "batch",
    "time",
    f"{CONFIDENCE:.0%} interval",
    "per epoch",
    "prepare",
)
CELL_HEADINGS += (_FASTER, "of the limit", "error / tolerance", "timed")


def _headings(cells: pd.DataFrame) -> tuple[str, ...]:
    """Name the columns: of a loop, ratios are taken to its first way."""
    base = set(cells["baseline"])
    to = base.pop() if len(base) == 1 else BASELINE
    return tuple(f"faster than {to}" if name == _FASTER else name for name in CELL_HEADINGS)


def of_differences(found: Sequence[Difference], labels: Sequence[str]) -> Table:
    """Make the table of the facts in which studies part."""
    rows = tuple((difference.fact, *(value or "none" for value in difference.said)) for difference in found)
    return Table(("what", *labels), rows, (False,) * (len(labels) + 1))


def of_runs(runs: pd.DataFrame) -> Table:
    """Make the table of many studies, a row each, with the facts in which they part: of the last ones."""
    shown = runs.tail(_RUNS)
    rows = tuple(tuple(units.clean(value or "none") for value in row) for row in shown.itertuples(index=False))
    headings, left_out = tuple(map(str, runs.columns)), len(runs) - len(shown)
    return Table(headings, rows, (False,) * len(headings), left_out, rest="frames/runs.csv", sorts=True)


def of_cells(cells: pd.DataFrame, most: int = MOST) -> Table:
    """Make the table of the cells of a suite; a column that says nothing of any is left out."""
    place = ["problem", "samples", "features", "outputs", "batch_size", "unit_s"]
    rows = tuple(_row(row) for row in each(cells.sort_values(place, kind="stable").head(most)))
    said = [any(column) for column in zip(*rows, strict=True)] or [True] * len(CELL_HEADINGS)
    return Table(
        tuple(compress(_headings(cells), said)),
        tuple(tuple(compress(row, said)) for row in rows),
        tuple(compress((False, False, *[True] * 8, False), said)),
        left_out=max(0, len(cells) - most),
        rest="frames/cells.csv",
        sorts=True,
    )


def _row(row: Any) -> tuple[str, ...]:
    steady = row.phase == "run"
    scale = row.whole_s / row.unit_s
    return (
        row.series,
        problem(row),
        batch(row),
        units.seconds(row.whole_s),
        _bounds(row.low, row.high, scale),
        units.seconds(row.unit_s) if steady else "",
        units.seconds(row.prepare_s) if steady and not math.isnan(row.prepare_s) else "",
        "" if math.isnan(row.speedup) else f"{units.digits(row.speedup)}{units.TIMES}",
        "" if math.isnan(row.of_limit) or row.work != "steps" else units.share(row.of_limit),
        "not checked" if math.isnan(row.share) else f"{units.digits(row.error, 2)} / {units.digits(row.tolerance, 2)}",
        _timed(row),
    )


def problem(row: Any) -> str:
    """Write a problem's sizes: samples by features, and the outputs where there are several; of a loop its name."""
    return f"{settings.shape(row)}{f' → {row.outputs:,}' if row.outputs > 1 else ''}"


def batch(row: Any) -> str:
    """Write how many rows a step takes."""
    if row.phase == "predict":
        return ""
    return "full" if row.batch_size == row.samples and row.samples > 1 else f"{row.batch_size:,}"


def _bounds(low: float | None, high: float | None, scale: float) -> str:
    if low is None or high is None or math.isnan(low):
        return "one process"
    return units.bounds(low * scale, high * scale)


def _timed(row: Any) -> str:
    if row.phase == "predict":
        return "per call"
    if row.phase == "first":
        return f"cold, {units.plural(row.timed_epochs, 'epoch')}"
    return "whole" if row.whole else f"extrapolated from {row.timed_epochs:,} of {row.epochs:,} epochs"


def csv(frame: pd.DataFrame) -> bytes:
    """Write a frame as CSV, the same bytes on every machine; no text in it is a formula to a spreadsheet."""
    return frame.map(_told).rename(columns=escaping.cell).to_csv(index=False, lineterminator="\n").encode()


def _told(value: Any) -> Any:
    return escaping.cell(value) if isinstance(value, str) else value
