"""What stays fixed on a picture, in words: cells that differ in more than its axis get pictures of their own."""

import pandas as pd

_WORDS = {"problem": "{}", "samples": "{:,} samples", "features": "{:,} features", "outputs": "{:,} outputs"}
_WORDS |= {"batch_size": "batches of {:,}", "epochs": "{:,} epochs", "phase": "{}"}
SIZES = ("features", "samples", "batch_size", "outputs", "threads")


def picture(cells: pd.DataFrame, axis: str = "") -> pd.Series:
    """Name for each cell what sets it apart, but for its series and the axis; empty where nothing does."""
    full = bool((cells["batch_size"] == cells["samples"]).all())
    apart = [
        name
        for name in _WORDS
        if name != axis and len(set(cells[name])) > 1 and not (name == "batch_size" and full and axis == "samples")
    ]
    rows = cells[apart].to_dict("records") if apart else [{}] * len(cells)
    return pd.Series(
        [", ".join(_WORDS[str(k)].format(v) for k, v in row.items()) for row in rows], cells.index, dtype=str
    )


def fixed(cells: pd.DataFrame, axis: str = "") -> str:
    """Return what is the same for all these cells: their sizes, device and dtype."""
    if cells.empty:
        return ""
    words = [
        "batch size 1" if (name, cells[name].iloc[0]) == ("batch_size", 1) else word.format(cells[name].iloc[0])
        for name, word in _WORDS.items()
        if name not in {axis, "problem", "phase"} and len(set(cells[name])) == 1
        if (name, cells[name].iloc[0]) != ("outputs", 1)
        if not (name in {"batch_size", "epochs"} and (cells["phase"] == "predict").all())
    ]
    if axis != "batch_size" and len(set(cells["batch_size"])) > 1 and (cells["batch_size"] == cells["samples"]).all():
        words.append("full batches")
    words += [str(cells[name].iloc[0]) for name in ("device", "dtype") if len(set(cells[name])) == 1]
    return ", ".join(words)


def axis_of(cells: pd.DataFrame) -> str:
    """Find the size along which a suite goes; empty where it stays at one, or covers a plane."""
    if plane(cells):
        return ""
    return next((name for name in SIZES if len(set(cells[name])) > 1), "")


def plane(cells: pd.DataFrame) -> bool:
    """Return whether samples and features vary independently of each other."""
    shapes = cells[["samples", "features"]].drop_duplicates()
    return len(shapes) > max(shapes["samples"].nunique(), shapes["features"].nunique())


def at(noun: str, size: int | str) -> str:
    """Return a size with its noun: 64 features, but batch size 64."""
    shown = f"{size:,}" if isinstance(size, int) else size
    return f"{noun} {shown}" if noun == "batch size" else f"{shown} {noun.removesuffix('s') if shown == '1' else noun}"


def span(noun: str, low: int, high: int) -> str:
    """Return a stretch of sizes with its noun: size from 1 to 64 features, but batch size from 1 to 64."""
    return f"{noun} from {low:,} to {high:,}" if noun == "batch size" else f"size from {low:,} to {high:,} {noun}"


def told(points: pd.DataFrame, axis: str = "") -> pd.DataFrame:
    """Add a column that says, for each picture, what all its points share."""
    words = {name: fixed(part, axis) for name, part in points.groupby("picture")}
    return points.assign(setting=points["picture"].map(words).astype(str))
