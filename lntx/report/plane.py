"""The plane of shapes, samples by features: full batches in their steady state, whichever suite measured them.

A suite that goes along one size is a line through this plane. What is kept is a grid with few gaps: rows and columns in
which at least two shapes were measured.
"""

import pandas as pd

from lntx.report.frames import Frames

_PLACE = ["study", "device", "dtype", "threads"]
_FEWEST = 2  # shapes in a row or a column


def shapes(frames: Frames) -> pd.DataFrame:
    """Give the steady cells of full batches with one output on the grid; of a shape measured twice the first."""
    cells = frames.cells[(frames.cells["phase"] == "run") & (frames.cells["outputs"] == 1)]
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
    """Say what sets a place apart from the others; empty where it is the only one."""
    apart = [name for name in _PLACE if len(set(among[name])) > 1]
    said = [f"{part[name].iloc[0]}{' threads' if name == 'threads' else ''}" for name in apart]
    return ", ".join(said)
