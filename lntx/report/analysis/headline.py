"""The training that a page begins with: the tutorial's or, where that wasn't measured, the largest of the first suite."""

import pandas as pd

TUTORIAL = "tutorial"
_SAME = ["problem", "samples", "features", "outputs", "batch_size", "epochs"]
_PLACE = ["study", "device", "dtype", "threads"]


def headline(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the steady cells of that training, the fastest first; none where nothing was timed."""
    steady = cells[cells["phase"] == "run"]
    if steady.empty:
        return steady
    suite = TUTORIAL if (steady["suite"] == TUTORIAL).any() else steady["suite"].iloc[0]
    found = steady[steady["suite"] == suite]
    plain = found[found["problem"] == TUTORIAL]
    found = plain if len(plain) else found
    last = found.sort_values(_SAME, kind="stable").iloc[-1]
    for name in (*_SAME, "value"):
        found = found[found[name] == last[name]]
    return found.sort_values(["unit_s", "series"], kind="stable")


def of_one_place(cells: pd.DataFrame) -> pd.DataFrame:
    """Keep the cells of the first study, device, dtype and number of threads."""
    first = cells.sort_index().head(1)
    for name in _PLACE:
        cells = cells[cells[name].isin(first[name])]
    return cells
