"""The plane of shapes, samples by features: full batches in their steady state, whichever suite measured them.

A suite that goes along one size is a line through this plane. What is kept is a grid with few gaps: rows and columns in
which at least two shapes were measured.
"""

import math
from typing import Any

import pandas as pd

from lntx.record import LINEAR
from lntx.report import settings
from lntx.report.analysis.breakeven import Start, pays_from, starts
from lntx.report.frames import BASELINE, Frames
from lntx.report.intervals import Interval

CROSSINGS = ["samples", "features", "series", "backend", "work", "pays_from_epoch", "low", "high"]
CROSSINGS += ["start_s", "epoch_s", "eager_start_s", "eager_epoch_s", "setting"]
_PLACE = ["study", "device", "dtype", "threads"]
_FEWEST = 2  # shapes in a row or a column


def shapes(frames: Frames) -> pd.DataFrame:
    """Return the steady cells of full batches with one output on the grid; of a shape measured twice the first."""
    cells = frames.cells[(frames.cells["phase"] == "run") & (frames.cells["outputs"] == 1)]
    cells = cells[cells["model"] == LINEAR]
    cells = cells[(cells["batch_size"] == cells["samples"]) & (cells["samples"] > 1)]
    once = cells.drop_duplicates([*_PLACE, "backend", "samples", "features"])
    return grid(once)


def grid(cells: pd.DataFrame) -> pd.DataFrame:
    """Drop rows and columns of a single shape until there are none, in each place."""
    parts = [_grid(part) for _, part in cells.groupby(_PLACE, sort=False)]
    return pd.concat(parts) if parts else cells


def _grid(cells: pd.DataFrame) -> pd.DataFrame:
    while len(cells):
        found = cells[["samples", "features"]].drop_duplicates()
        wide, tall = found.groupby("samples").size(), found.groupby("features").size()
        kept = cells[cells["samples"].map(wide).ge(_FEWEST) & cells["features"].map(tall).ge(_FEWEST)]
        if len(kept) == len(cells):
            break
        cells = kept
    return cells


def places(cells: pd.DataFrame) -> list[pd.DataFrame]:
    """Part cells by where they were measured."""
    return [part for _, part in cells.groupby(_PLACE, sort=False)]


def words(part: pd.DataFrame, among: pd.DataFrame) -> str:
    """Return what sets a place apart from the others; empty where it is the only one."""
    apart = [name for name in _PLACE if len(set(among[name])) > 1]
    said = [f"{part[name].iloc[0]}{' threads' if name == 'threads' else ''}" for name in apart]
    return ", ".join(said)


def crossings(frames: Frames) -> pd.DataFrame:
    """Return for each shape, and each backend with a slow cold start, from which epoch on it is ahead of the baseline.

    The start is taken from the recipe whose cold call was measured, the epochs from the shape; not a number for never.
    """
    found, cells = starts(frames), shapes(frames)
    slow = [start for start in found if start.notable and start.backend != BASELINE]
    pairs = [(start, start.peer(found, BASELINE)) for start in slow]
    rows = [row for start, peer in pairs if peer for row in _crossings(frames, cells, start, peer)]
    return pd.DataFrame(rows, columns=CROSSINGS)


def _crossings(frames: Frames, cells: pd.DataFrame, start: Start, peer: Start) -> list[list[Any]]:
    for name in _PLACE:
        cells = cells[cells[name] == getattr(start, name)]
    setting, rows = settings.fixed(cells), []
    for (samples, features), part in cells.groupby(["samples", "features"]):
        own, other = (part[part["backend"] == backend] for backend in (start.backend, BASELINE))
        if own.empty or other.empty:
            continue
        slow = start.elsewhere(frames.times(int(own["cell"].iloc[0])))
        quick = peer.elsewhere(frames.times(int(other["cell"].iloc[0])))
        crossing = pays_from(slow, quick) or Interval(math.nan, None, None, 0)
        rows.append(
            [samples, features, start.series, start.backend, start.work, crossing.center, crossing.low, crossing.high,
             slow.start, slow.epoch, quick.start, quick.epoch, setting]
        )  # fmt: skip
    return rows
