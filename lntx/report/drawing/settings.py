"""What stays fixed on a picture, in words: cells that differ in more than the picture's axis get pictures of their own."""

import pandas as pd

_WORDS = {"problem": "{}", "samples": "{:,} samples", "features": "{:,} features", "outputs": "{:,} outputs"}
_WORDS |= {"batch_size": "batches of {:,}", "epochs": "{:,} epochs", "phase": "{}"}
SIZES = ("features", "samples", "batch_size", "outputs")


def picture(cells: pd.DataFrame, axis: str = "") -> pd.Series:
    """Name, for each cell, what sets it apart from the others but for its series and the axis; empty where nothing does."""
    full = bool((cells["batch_size"] == cells["samples"]).all())
    apart = [
        name
        for name in _WORDS
        if name != axis and cells[name].nunique() > 1 and not (name == "batch_size" and full and axis == "samples")
    ]
    rows = cells[apart].to_dict("records") if apart else [{}] * len(cells)
    return pd.Series(
        [", ".join(_WORDS[str(k)].format(v) for k, v in row.items()) for row in rows], cells.index, dtype=str
    )


def fixed(cells: pd.DataFrame, axis: str = "") -> str:
    """Say what is the same for all these cells: their sizes, device and dtype."""
    if cells.empty:
        return ""
    words = [
        word.format(cells[name].iloc[0])
        for name, word in _WORDS.items()
        if name not in {axis, "problem", "phase"} and cells[name].nunique() == 1
    ]
    if axis != "batch_size" and cells["batch_size"].nunique() > 1 and (cells["batch_size"] == cells["samples"]).all():
        words.append("full batches")
    words += [str(cells[name].iloc[0]) for name in ("device", "dtype") if cells[name].nunique() == 1]
    return ", ".join(words)


def axis_of(cells: pd.DataFrame) -> str:
    """Find the size along which a suite goes; empty where it stays at one."""
    return next((name for name in SIZES if cells[name].nunique() > 1), "")
