"""What stays fixed on a picture, in words: cells that differ in more than its axis get pictures of their own."""

from typing import Any

import pandas as pd

from lntx.record import LINEAR
from lntx.report import units

_WORDS = {"problem": "{}", "samples": "{:,} samples", "features": "{:,} features", "outputs": "{:,} outputs"}
_WORDS |= {"batch_size": "batches of {:,}", "epochs": "{:,} epochs", "phase": "{}", "optimizer": "{}"}
SIZES = ("features", "samples", "batch_size", "outputs", "threads")
_COLUMNS = {name: name for name in SIZES} | {"rows": "samples"}
"""The sizes of a linear model's cell that suites vary, and the columns in which they stand."""


def picture(cells: pd.DataFrame, axis: str = "") -> pd.Series:
    """Name for each cell what sets it apart, but for its series and the axis; empty where nothing does."""
    full = bool((cells["batch_size"] == cells["samples"]).all())
    apart = [
        name
        for name in _WORDS
        if name != axis and len(set(cells[name])) > 1 and not (name == "batch_size" and full and axis == "samples")
    ]
    if _loops(cells):  # what follows from the axis' value sets nothing apart
        apart = [name for name in apart if name not in SIZES]
        apart += ["value"] if not axis and len(set(cells["value"])) > 1 else []
    rows = cells[apart].to_dict("records") if apart else [{}] * len(cells)
    return pd.Series([", ".join(_worded(str(k), v) for k, v in row.items()) for row in rows], cells.index, dtype=str)


def _worded(name: str, value: object) -> str:
    return _WORDS.get(name, "{}").format(value)


def _loops(cells: pd.DataFrame) -> bool:
    """Return whether any of the cells is of a loop, whose sizes are whatever its parameters make of them."""
    return bool((cells["model"] != LINEAR).any())


def fixed(cells: pd.DataFrame, axis: str = "") -> str:
    """Return what is the same for all these cells: their sizes, device and dtype."""
    if cells.empty:
        return ""
    words = [
        "batch size 1" if (name, cells[name].iloc[0]) == ("batch_size", 1) else word.format(cells[name].iloc[0])
        for name, word in _WORDS.items()
        if name not in {axis, "problem", "phase"} and len(set(cells[name])) == 1
        if (name, cells[name].iloc[0]) not in {("outputs", 1), ("outputs", 0), ("features", 0), ("optimizer", "SGD")}
        if not (name in {"batch_size", "epochs"} and (cells["phase"] == "predict").all())
    ]
    if axis != "batch_size" and len(set(cells["batch_size"])) > 1 and (cells["batch_size"] == cells["samples"]).all():
        words.append("full batches")
    words += [str(cells[name].iloc[0]) for name in ("device", "dtype") if len(set(cells[name])) == 1]
    return ", ".join(words)


def axis_of(cells: pd.DataFrame) -> str:
    """Find the size along which a suite goes; empty where it stays at one, covers a plane, or goes along words.

    It is what the records say; where they say none, as older ones, the size in which they differ.
    """
    named = set(cells["axis"])
    if len(named) == 1 and (axis := str(named.pop())):
        along = sizes(cells, axis)
        return _COLUMNS.get(axis, axis) if len(set(along)) > 1 and (along > 0).all() else ""
    if plane(cells) or _loops(cells):
        return ""
    return next((name for name in SIZES if len(set(cells[name])) > 1), "")


def sizes(cells: pd.DataFrame, axis: str) -> pd.Series:
    """Return each cell's place along an axis: one of the sizes of its data, else the value that its record has."""
    if axis in _COLUMNS and not _loops(cells):
        return cells[_COLUMNS[axis]]
    return pd.to_numeric(cells["value"], errors="coerce")


def plane(cells: pd.DataFrame) -> bool:
    """Return whether samples and features vary independently of each other."""
    shapes = cells[["samples", "features"]].drop_duplicates()
    return len(shapes) > max(shapes["samples"].nunique(), shapes["features"].nunique())


def shape(row: Any) -> str:
    """Write what is trained: samples by features, or a loop with its place on the axis."""
    if row.model == LINEAR:
        return f"{row.samples:,} {units.TIMES} {row.features:,}"
    if not row.axis:
        return str(row.problem)
    noun = str(row.axis).replace("_", " ")
    words = f"{noun} {row.value}" if isinstance(row.value, str) else at(noun, row.value)
    return f"{row.problem}, {words}"


def at(noun: str, size: float | str) -> str:
    """Return a size with its noun: 64 features, but batch size 64."""
    shown = size if isinstance(size, str) else number(size)
    return f"{shown} {noun.removesuffix('s') if shown == '1' else noun}" if noun.endswith("s") else f"{noun} {shown}"


def span(noun: str, low: float, high: float) -> str:
    """Return a stretch of sizes with its noun: size from 1 to 64 features, but batch size from 1 to 64."""
    ends = f"from {number(low)} to {number(high)}"
    return f"size {ends} {noun}" if noun.endswith("s") else f"{noun} {ends}"


def number(size: float) -> str:
    """Write a size: a whole one with all its digits."""
    return f"{int(size):,}" if size == size // 1 else units.digits(size)


def told(points: pd.DataFrame, axis: str = "") -> pd.DataFrame:
    """Add a column that says, for each picture, what all its points share."""
    words = {name: fixed(part, axis) for name, part in points.groupby("picture")}
    return points.assign(setting=points["picture"].map(words).astype(str))
