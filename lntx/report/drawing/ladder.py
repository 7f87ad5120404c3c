"""The ladder: one row a way, its time once warm and from a cold start on one logarithmic axis, beside the machine's limit."""

import math
from typing import Any

import pandas as pd

from lntx.report import units
from lntx.report.analysis.breakeven import from_cold
from lntx.report.drawing import dotplot
from lntx.report.drawing.axes import LABEL_LENGTH, logarithmic, reach
from lntx.report.drawing.library import Axes, Figure
from lntx.report.drawing.style import GRID, INK, MUTED, PAPER, WIDE_IN, WIDTH_IN, Styles
from lntx.report.frames import Frames
from lntx.report.names import labels
from lntx.report.phrases import WAYS
from lntx.report.rows import each

COLUMNS = [*dotplot.COLUMNS, "cold_s", "limit_s", "baseline"]
_WIDE_ROW_IN, _ROW_IN = 0.31, 0.56
_HEAD = 0.9  # rows, that the name of a work class takes
_TIME, _RATIO, _COLD, _NOTE = 1.13, 1.27, 1.41, 1.45  # shares of the axes' width, at which columns end; the last begins
_LIMIT = "this machine's limit"


def table(frames: Frames, cells: pd.DataFrame) -> pd.DataFrame:
    """Make the rows of some steady cells; `cold_s` and `limit_s` are seconds of the whole training too."""
    cold, scale = from_cold(frames, cells), cells["whole_s"] / cells["unit_s"]
    limits = (cells["limit_s"] * scale).where(cells["work"] == "steps")
    found = cells.assign(cold_s=cells["cell"].map(cold).astype(float), limit_s=limits)
    return dotplot.table(found, COLUMNS)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw it as wide as a page: numbers and remarks stand in columns of their own."""
    places, heads = _places(frame)
    figure.set_size_inches(WIDE_IN, _WIDE_ROW_IN * (places[-1] + 2.2) + 0.75)
    axes = figure.add_subplot()
    _scene(axes, frame, styles, places, heads)
    beside = axes.get_yaxis_transform()
    base = units.clean(frame["baseline"].iloc[0], LABEL_LENGTH)
    style: Any = {"transform": beside, "va": "center", "fontsize": 9, "color": MUTED}
    top = -1.15
    axes.text(_TIME, top, "● warm", ha="right", **style)
    if frame["speedup"].notna().any():
        axes.text(_RATIO, top, f"over {base}", ha="right", **style)
    if frame["cold_s"].notna().any():
        axes.text(_COLD, top, "○ from cold", ha="right", **style)
    for row, y in zip(each(frame), places, strict=True):
        axes.text(_TIME, y, units.seconds(row.whole_s), transform=beside, va="center", ha="right", weight="bold")
        told = "" if math.isnan(row.speedup) else f"{units.digits(row.speedup)}{units.TIMES}"
        axes.text(_RATIO, y, told, transform=beside, va="center", ha="right")
        cold = "" if math.isnan(row.cold_s) else units.seconds(row.cold_s)
        axes.text(_COLD, y, cold, transform=beside, va="center", ha="right", color=MUTED)
        axes.text(_NOTE, y, _scaled(row), ha="left", **style)


def narrow(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw it for a narrow screen: a number beside each row, with what else there is to say beneath it."""
    places, heads = _places(frame)
    figure.set_size_inches(WIDTH_IN, _ROW_IN * (places[-1] + 1.9) + 0.6)
    axes = figure.add_subplot()
    _scene(axes, frame, styles, places, heads)
    beside = axes.get_yaxis_transform()
    for row, y in zip(each(frame), places, strict=True):
        cold = "" if math.isnan(row.cold_s) else f"{units.seconds(row.cold_s)} cold"
        notes = [note for note in (cold, "" if row.whole else "extrapolated") if note]
        top = y - 0.17 * len(notes)
        axes.text(1.04, top, units.seconds(row.whole_s), transform=beside, va="center", weight="bold")
        for i, note in enumerate(notes, 1):
            axes.text(1.04, top + 0.34 * i, note, transform=beside, va="center", fontsize=9, color=MUTED)


def _places(frame: pd.DataFrame) -> tuple[list[float], list[tuple[float, str]]]:
    """Find where rows stand, and where the names of the work classes do, if there are several."""
    works, y = [str(work) for work in frame["work"]], 0.0
    places: list[float] = []
    heads: list[tuple[float, str]] = []
    for before, work in zip(["", *works], works, strict=False):
        if work != before and len(set(works)) > 1:
            heads.append((y, WAYS[work]))
            y += _HEAD
        places.append(y)
        y += 1.0
    return places, heads


def _scene(
    axes: Axes, frame: pd.DataFrame, styles: Styles, places: list[float], heads: list[tuple[float, str]]
) -> None:
    """Draw rows and the limit; what is written beside them is another's to do."""
    known = [float(value) for name in ("cold_s", "limit_s") for value in frame[name].dropna()]
    logarithmic(axes.xaxis, [*known, *reach(frame["whole_s"], frame["low_s"], frame["high_s"])], units.tick, room=0.03)
    low, high = axes.get_xlim()
    axes.hlines(places, low, high, color=GRID, lw=0.7)
    _limit(axes, frame, places)
    for row, y in zip(each(frame), places, strict=True):
        _rung(axes, row, y, styles)
    short = labels(frame["series"], LABEL_LENGTH)
    axes.set_yticks(
        [*places, *(y for y, _ in heads)], [*(short[name] for name in frame["series"]), *(w for _, w in heads)]
    )
    for tick, name in zip(axes.get_yticklabels(), [*frame["series"], *(None for _ in heads)], strict=True):
        tick.set(color=INK if name else MUTED, fontsize=10.5 if name else 9)
    axes.grid(visible=False, axis="y")
    axes.set(ylim=(places[-1] + 0.5, -1.5), xlabel="time of the whole training")


def _limit(axes: Axes, frame: pd.DataFrame, places: list[float]) -> None:
    """Draw the least that the machine can take for all these steps, beside those who do them."""
    limits = frame["limit_s"].dropna()
    if limits.empty:
        return
    least, rows = float(limits.median()), [places[i] for i in limits.index]
    axes.vlines(least, min(rows) - 0.75, max(rows) + 0.5, color=MUTED, lw=1.1, linestyles=(0, (4, 3)))
    left = math.log10(least) < sum(map(math.log10, axes.get_xlim())) / 2
    words = f"{_LIMIT}, {units.seconds(least)}"
    axes.text(least, min(rows) - 1.15, words, ha="left" if left else "right", va="center", fontsize=9, color=MUTED)


def _rung(axes: Axes, row: Any, y: float, styles: Styles) -> None:
    style = styles[row.series]
    if not math.isnan(row.cold_s):
        axes.plot([row.whole_s, row.cold_s], [y, y], color=style.color, lw=1.2, alpha=0.5)
        axes.plot([row.cold_s], [y], style.marker, color=style.color, mfc=PAPER, mew=1.5, ms=6.5)
    if not math.isnan(row.low_s):
        axes.plot([row.low_s, row.high_s], [y, y], color=style.color, lw=3.2, alpha=0.5)
    axes.plot([row.whole_s], [y], style.marker, color=style.color, mew=1.5, ms=7.5)


def _scaled(row: Any) -> str:
    return "" if row.whole else f"extrapolated from {units.plural(row.timed_epochs, 'epoch')}"


def alt(frame: pd.DataFrame) -> str:
    """Return the picture in words: every time, fastest first, and the limit."""
    times = [f"{row.series} {units.seconds(row.whole_s)}{_said(row)}" for row in each(frame)]
    limits = frame["limit_s"].dropna()
    limit = (
        f" {_LIMIT.capitalize()} for doing every step is {units.seconds(float(limits.median()))}."
        if len(limits)
        else ""
    )
    return f"Dot plot with a logarithmic time axis, fastest first: {units.listing(times)}.{limit}"


def _said(row: Any) -> str:
    cold = "" if math.isnan(row.cold_s) else f"{units.seconds(row.cold_s)} from cold"
    said = ", ".join(part for part in (_scaled(row), cold) if part)
    return f" ({said})" if said else ""
