"""The ladder: one row a way, its time once warm and from a cold start on one logarithmic axis, beside the machine's limit."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pandas as pd

from lntx.report import units
from lntx.report.analysis.breakeven import from_cold
from lntx.report.drawing import dotplot
from lntx.report.drawing.axes import LABEL_LENGTH, framed, logarithmic, reach, widest
from lntx.report.drawing.library import Axes, Figure
from lntx.report.drawing.style import GRID, INK, MUTED, NARROW_IN, PAPER, WIDE_IN, Styles
from lntx.report.frames import Frames
from lntx.report.names import labels
from lntx.report.phrases import WAYS
from lntx.report.rows import each

COLUMNS = [*dotplot.COLUMNS, "cold_s", "limit_s", "baseline"]
_WIDE_ROW_IN, _ROW_IN, _COLUMN_IN = 0.3, 0.6, 0.85
_HEAD, _LINE = 0.9, 0.29  # rows that the name of a work class takes, and a line of words beside a row
_LIMIT = "the least for every step"


def table(frames: Frames, cells: pd.DataFrame) -> pd.DataFrame:
    """Make the rows of some steady cells; `cold_s` and `limit_s` are seconds of the whole training too."""
    cold, scale = from_cold(frames, cells), cells["whole_s"] / cells["unit_s"]
    limits = (cells["limit_s"] * scale).where(cells["work"] == "steps")
    found = cells.assign(cold_s=cells["cell"].map(cold).astype(float), limit_s=limits)
    return dotplot.table(found, COLUMNS)


def untrue(frame: pd.DataFrame) -> Iterator[str]:
    """Yield what captions say of marks that a frame has none of."""
    if frame["cold_s"].isna().all():
        yield "Hollow: from a cold start, extrapolated from the first epoch."
        yield "Hollow: from a cold start."
    if frame["limit_s"].isna().all():
        yield "Dashed: the least that this machine can take for all these steps."
    if frame["low_s"].isna().all():
        yield ", with its interval between processes"


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw it as wide as a page: numbers and remarks stand in columns of their own."""
    rows = _rows(frame)
    figure.set_size_inches(WIDE_IN, _WIDE_ROW_IN * rows.height + 0.6)
    columns, notes = _columns(frame), [_scaled(row) for row in each(frame)]
    ends = list(accumulate(_across(head, texts) for head, texts in columns))
    right = ends[-1] + widest(notes, 9) + 0.25
    axes, width = framed(figure, left=_left(frame, rows), right=right, top=0.05, bottom=0.55)
    _scene(axes, frame, styles, rows)
    beside: Any = {"transform": axes.get_yaxis_transform(), "va": "center"}
    looks: Any = ({"weight": "bold"}, {}, {"color": MUTED})
    for (head, texts), end, look in zip(columns, ends, looks, strict=True):
        axes.text(1 + end / width, rows.top, head, ha="right", fontsize=9, color=MUTED, **beside)
        for text, y in zip(texts, rows.places, strict=True):
            axes.text(1 + end / width, y, text, ha="right", **look, **beside)
    for note, y in zip(notes, rows.places, strict=True):
        axes.text(1 + (ends[-1] + 0.18) / width, y, note, fontsize=9, color=MUTED, **beside)


def _columns(frame: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Return the numbers right of the picture, by columns with their headings; nothing where nothing is known."""
    base, found = units.clean(frame["baseline"].iloc[0], LABEL_LENGTH), list(each(frame))
    warm = [units.seconds(row.whole_s) for row in found]
    over = [
        "" if math.isnan(row.speedup) or row.backend == row.baseline else f"{units.digits(row.speedup)}{units.TIMES}"
        for row in found
    ]
    cold = ["" if math.isnan(row.cold_s) else units.seconds(row.cold_s) for row in found]
    heads = ("● warm", f"over {base}" * bool(frame["speedup"].notna().any()), "○ from cold" * any(cold))
    return list(zip(heads, (warm, over, cold), strict=True))


def _across(head: str, texts: list[str]) -> float:
    """Return the inches of a column; none where it says nothing."""
    return max(_COLUMN_IN, widest([head], 9) + 0.2, widest(texts, 10.5) + 0.3) if head else 0.0


def narrow(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw it for a narrow screen: a number beside each row, with what else there is to say beneath it."""
    rows = _rows(frame)
    figure.set_size_inches(NARROW_IN, _ROW_IN * rows.height + 0.6)
    axes, width = framed(figure, left=_left(frame, rows), right=_COLUMN_IN + 0.2, top=0.05, bottom=0.55)
    _scene(axes, frame, styles, rows)
    beside: Any = {"transform": axes.get_yaxis_transform(), "va": "center"}
    for row, y in zip(each(frame), rows.places, strict=True):
        cold = "" if math.isnan(row.cold_s) else f"{units.seconds(row.cold_s)} cold"
        notes = [note for note in (cold, "" if row.whole else "extrapolated") if note]
        top = y - _LINE * len(notes) / 2
        axes.text(1 + 0.12 / width, top, units.seconds(row.whole_s), weight="bold", **beside)
        for i, note in enumerate(notes, 1):
            axes.text(1 + 0.12 / width, top + _LINE * i, note, fontsize=9, color=MUTED, **beside)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where rows stand, and where the names of the work classes do, if there are several; `top` is the first line's place."""

    places: list[float]
    heads: list[tuple[float, str]]

    @property
    def top(self) -> float:
        return self.heads[0][0] if self.heads else -_HEAD

    @property
    def height(self) -> float:
        return self.places[-1] - self.top + 1.1


def _rows(frame: pd.DataFrame) -> _Rows:
    works, y = [str(work) for work in frame["work"]], 0.0
    found = _Rows([], [])
    for before, work in zip(["", *works], works, strict=False):
        if work != before and len(set(works)) > 1:
            found.heads.append((y, WAYS[work]))
            y += _HEAD
        found.places.append(y)
        y += 1.0
    return found


def _left(frame: pd.DataFrame, rows: _Rows) -> float:
    """Return the inches that names take."""
    names = widest(labels(frame["series"], LABEL_LENGTH).values(), 10.5)
    return max(names, widest((head for _, head in rows.heads), 9)) + 0.15


def _scene(axes: Axes, frame: pd.DataFrame, styles: Styles, rows: _Rows) -> None:
    """Draw rows and the limit; what is written beside them is another's to do."""
    known = [float(value) for name in ("cold_s", "limit_s") for value in frame[name].dropna()]
    logarithmic(axes.xaxis, [*known, *reach(frame["whole_s"], frame["low_s"], frame["high_s"])], units.tick, room=0.03)
    axes.hlines(rows.places, *axes.get_xlim(), color=GRID, lw=0.7)
    _limit(axes, frame, rows)
    for row, y in zip(each(frame), rows.places, strict=True):
        _rung(axes, row, y, styles)
    short = labels(frame["series"], LABEL_LENGTH)
    named = [(y, short[name], INK, 10.5) for y, name in zip(rows.places, frame["series"], strict=True)]
    named += [(y, words, MUTED, 9) for y, words in rows.heads]
    axes.set_yticks([y for y, *_ in named], [words for _, words, *_ in named])
    for tick, (_, _, color, points) in zip(axes.get_yticklabels(), named, strict=True):
        tick.set(color=color, fontsize=points)
    axes.grid(visible=False, axis="y")
    axes.set(ylim=(rows.places[-1] + 0.5, rows.top - 0.6), xlabel="time of the whole training")


def _limit(axes: Axes, frame: pd.DataFrame, rows: _Rows) -> None:
    """Draw the least that the machine can take for all these steps, beside those who do them."""
    limits = frame["limit_s"].dropna()
    if limits.empty:
        return
    least, last = float(limits.median()), max(rows.places[i] for i in limits.index)
    axes.vlines(least, rows.top + 0.4, last + 0.5, color=MUTED, lw=1.1, linestyles=(0, (4, 3)))
    left = math.log10(least) < sum(map(math.log10, axes.get_xlim())) / 2
    words = f"{_LIMIT}, {units.seconds(least)}"
    axes.text(least, rows.top, words, ha="left" if left else "right", va="center", fontsize=9, color=MUTED)


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
        f" {_LIMIT.capitalize()} that this machine can take is {units.seconds(float(limits.median()))}."
        if len(limits)
        else ""
    )
    return f"Dot plot with a logarithmic time axis, fastest first: {units.listing(times)}.{limit}"


def _said(row: Any) -> str:
    cold = "" if math.isnan(row.cold_s) else f"{units.seconds(row.cold_s)} from cold"
    said = ", ".join(part for part in (_scaled(row), cold) if part)
    return f" ({said})" if said else ""
