"""How the time of an epoch grows with a size, at its large end."""

from collections.abc import Iterator, Sequence

import pandas as pd

from lntx.report import settings, units
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.intervals import Interval, linear, slope
from lntx.report.phrases import FIRST_LOOK, place

ORDER = 40
TOPIC = "How time grows"
_LARGE_END = 3
"""Sizes, from the largest down, over which the slope is taken."""
_FLAT = 0.05
"""An exponent that is no growth: ten times the size takes no eighth longer."""
_NO_SIZE = {"batch_size", "threads"}
"""Along these the work of an epoch stays what it is."""


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each suite that goes along a size, for each setting."""
    steady = frames.cells[frames.cells["phase"] == "run"]
    for suite, cells in steady.groupby("suite", sort=False):
        axis = settings.axis_of(cells)
        if axis and axis not in _NO_SIZE:
            named = cells.assign(setting=settings.picture(cells, axis), size=settings.sizes(cells, axis))
            for setting, part in named.groupby("setting", sort=False):
                yield from _suite(frames, part, axis, str(suite), str(setting))


def _suite(frames: Frames, part: pd.DataFrame, axis: str, suite: str, setting: str) -> Iterator[Finding]:
    sizes = sorted(set(part["size"]))[-_LARGE_END:]
    if len(sizes) == 1:
        return  # a setting of its own for each size, as where samples and features vary together
    found = {
        str(name): _exponent(frames, line[line["size"].isin(sizes)])
        for name, line in part.groupby("series")
        if set(sizes) <= set(line["size"])
    }
    if not found:
        return
    ordered = sorted(found.items(), key=lambda item: item[1].center)
    noun, ends = axis.replace("_", " "), f"from {settings.number(sizes[0])} to {settings.number(sizes[-1])}"
    where = f"F{ends[1:]} {noun}" if noun.endswith("s") else f"With {noun} {ends}"
    where += f" ({setting})" if setting else ""
    words = [f"{name} {units.digits(p.center)} {units.span(p)}" for name, p in ordered]
    detail = f"Exponents, by least squares on logarithms: {units.listing(words)}. "
    detail += f"Measured with {settings.fixed(part, axis)}{place(part)}."
    yield Finding(_sentence(ordered, where), detail, suite)


def _sentence(ordered: Sequence[tuple[str, Interval]], where: str) -> str:
    (least, low), (most, high) = ordered[0], ordered[-1]
    look = "" if low.known and high.known else f", {FIRST_LOOK}"
    small, large = (units.digits(exponent.center, 2) for exponent in (low, high))
    if least == most:
        grows = "grows" if _grows(low) else "doesn't grow for sure:"
        return f"{where}{look}, {least}'s time per epoch {grows} {'with' if _grows(low) else 'its'} exponent {small}."
    if not _grows(high):
        return f"{where}{look}, nobody's time per epoch grows for sure: the exponents are {small} ({least}) to {large} ({most})."
    first = f"grows slowest for {least}" if _grows(low) else f"doesn't grow for {least}"
    again = "" if _grows(low) else "grows "
    return f"{where}{look}, time per epoch {first} (exponent {small}) and {again}fastest for {most} ({large})."


def _grows(exponent: Interval) -> bool:
    """Whether time grows: it does where the exponent can be told from zero, or at a first look is well above."""
    return exponent.center > _FLAT and (exponent.low is None or exponent.low > 0)


def _exponent(frames: Frames, line: pd.DataFrame) -> Interval:
    """Fit the slope in each process, and the interval between them."""
    points = line.sort_values("size")
    times = [frames.times(int(cell)) for cell in points["cell"]]
    count = min(len(values) for values in times)
    sizes = [float(size) for size in points["size"]]
    return linear([slope(sizes, [values[process] for values in times]) for process in range(count)])
