"""Which backend is fastest over how many shapes of the data."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from lntx.report import units
from lntx.report.analysis import shape_grid
from lntx.report.document import Finding
from lntx.report.frames import CHOOSER, Frames
from lntx.report.phrases import AMONG, told_apart
from lntx.report.rows import each

ORDER = 24
TOPIC = "Which is fastest"
_PICTURES = {"steps": "winners-doing-every-step", "algebra": "winners-by-any-way"}


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each place and work class that covers a plane of shapes."""
    cells = shape_grid.shapes(frames)
    cells = cells[cells["backend"] != CHOOSER]
    for part in shape_grid.places(cells):
        for work in _PICTURES:
            able = part[part["work"] == work]
            shapes = able[["samples", "features"]].drop_duplicates()
            if len(shapes) > 1 and len(set(able["backend"])) > 1:
                yield _finding(frames, able, len(shapes), work, shape_grid.words(part, cells))


def _finding(frames: Frames, cells: pd.DataFrame, count: int, work: str, where: str) -> Finding:
    among = AMONG[work]
    won, unsure = Counter[str](), 0
    for _, part in cells.groupby(["samples", "features"]):
        best, *others = each(part.sort_values(["unit_s", "backend"], kind="stable"))
        won[best.backend] += 1
        unsure += bool(others) and not told_apart(frames.ratio(others[0].cell, best.cell))
    names = [f"{name} in {times}" for name, times in sorted(won.items(), key=lambda item: (-item[1], item[0]))]
    low, high = cells["samples"].min(), cells["samples"].max()
    least, most = cells["features"].min(), cells["features"].max()
    span = f"from {low:,} to {high:,} samples and {least:,} to {most:,} features"
    text = f"Over {units.plural(count, 'shape')} of data, {among} the fastest is {units.listing(names)}."
    if len(won) == 1:
        text = f"At all {units.plural(count, 'shape')} of data {next(iter(won))} is the fastest {among}."
    more = f" In {unsure} of them it can't be told apart from the next." if unsure else ""
    return Finding(text, f"Full batches, {span}{f', {where}' if where else ''}.{more}", _PICTURES[work])
