"""Time on head over time on base{}.

Right of 1 is slower. A thick line is the 95 % interval between pairs of processes, small dots are the pairs' own ratios; an
arrow at the edge stands for one that lies beyond it. A thin line ends at the smallest slowdown that is excluded: what is the same
ends left of the dashed line, what is undecided (hollow) doesn't. What is the same by identity was not timed and has no row.
"""

import math
from typing import Any

import pandas as pd

from lntx.report import names, units
from lntx.report.drawing.axes import framed, widest
from lntx.report.drawing.library import Axes, Figure
from lntx.report.drawing.ratios import ratios, span, usable
from lntx.report.drawing.style import GRID, INK, MUTED, NARROW_IN, PAPER, WIDE_IN, Style
from lntx.report.gate import frames as tidy
from lntx.report.gate import wording
from lntx.report.gate.verdicts import PRESENTATIONS
from lntx.report.rows import each
from lntx.result import GateResult, Rules
from lntx.verdict import Verdict

ROWS, MOST = 25, 5
"""Rows of one picture, and how many pictures there are at most; the tables hold all."""
_ROW_IN, _LABEL, _BELOW = 0.48, 44, 0.16  # narrow: a row, letters of a name, and how far below it its dots lie
_WIDE_ROW_IN, _WIDE_LABEL, _RATIO_IN = 0.33, 38, 0.75
ORDER = 10
_COLUMNS = ["name", "verdict", "ratio", "low", "high", "excluded", "pairs"]
_CLEAR = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}  # behind a name, which lines would cross
_EDGE = 0.006  # of the axes' width, by which arrows lie inside


def frame(result: GateResult) -> pd.DataFrame:
    """Make one row for each timed benchmark, the worst first."""
    found = tidy.benchmarks(result)
    timed = found[(found["kind"] == "benchmark") & found["ratio"].map(lambda ratio: bool(usable([ratio])))]
    shown = timed[: ROWS * MOST]
    count = math.ceil(len(shown) / ROWS)
    parts = [f", {i // ROWS + 1} of {count}" if count > 1 else "" for i in range(len(shown))]
    return shown[_COLUMNS].assign(picture=parts, setting=_setting(result.rules))


def _setting(rules: Rules) -> str:
    """Return what the band and the dashed line are."""
    return (
        f"Grey: changes below {wording.percent(rules.margin)}, which are never called one. Dashed: "
        f"{wording.percent(rules.tolerated)} slower, the most that may be missed"
    )


def draw(frame: pd.DataFrame, figure: Figure, result: GateResult) -> None:
    """Draw a row for each benchmark as wide as a page: its name left of dots, interval and estimate, numbers right."""
    figure.set_size_inches(WIDE_IN, _WIDE_ROW_IN * (len(frame) + 1.2) + 0.6)
    labels = names.labels(list(frame["name"]), _WIDE_LABEL)
    notes = [_note(row) for row in each(frame)]
    left, right = widest(labels.values(), 9.8) + 0.15, _RATIO_IN + widest(notes, 9) + 0.3
    axes, width = framed(figure, left=left, right=right, top=0.05, bottom=0.55)
    _scene(axes, frame, result, -0.95)
    beside: Any = {"transform": axes.get_yaxis_transform(), "va": "center"}
    for row, note in zip(each(frame), notes, strict=True):
        _row(axes, row, row.Index)
        axes.text(1 + _RATIO_IN / width, row.Index, wording.times(row.ratio), ha="right", weight="bold", **beside)
        axes.text(1 + (_RATIO_IN + 0.15) / width, row.Index, note, fontsize=9, color=MUTED, **beside)
    axes.set_ylim(len(frame) - 0.5, -1.4)
    axes.set_yticks(range(len(frame)), [labels[name] for name in frame["name"]])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=9.8)


def _note(row: Any) -> str:
    """Say what is sure, or after how many pairs it was: of what is the same, how much slower it can be at most."""
    if row.verdict == Verdict.SAME and usable([row.excluded]):
        return (
            f"{row.verdict}, ≤ {wording.slowdown(row.excluded)} slower"
            if row.excluded > 1
            else f"{row.verdict}, not slower"
        )
    return f"{row.verdict}, {units.plural(row.pairs, 'pair')}"


def narrow(frame: pd.DataFrame, figure: Figure, result: GateResult) -> None:
    """Draw it for a narrow screen: the name above each row."""
    figure.set_size_inches(NARROW_IN, _ROW_IN * len(frame) + 0.85)
    axes = figure.add_subplot()
    _scene(axes, frame, result, -0.92, _BELOW)
    labels = names.labels(list(frame["name"]), _LABEL)
    left = axes.get_yaxis_transform()
    for row in each(frame):
        _row(axes, row, row.Index + _BELOW)
        axes.text(
            0.0, row.Index - 0.24, labels[row.name], transform=left, va="center", fontsize=9.3, zorder=5, bbox=_CLEAR
        )
        axes.text(1.04, row.Index - 0.1, wording.times(row.ratio), transform=left, va="center", weight="bold")
        axes.text(1.04, row.Index + 0.24, _note(row), transform=left, va="center", fontsize=8.8, color=MUTED)
    axes.set_ylim(len(frame) - 0.4, -1.0)
    axes.set_yticks([])


def _marked(rules: Rules) -> tuple[float, float]:
    return 1 / (1 + max(rules.margin, rules.tolerated / 2)), 1 + rules.tolerated


def _scene(axes: Axes, frame: pd.DataFrame, result: GateResult, head: float, below: float = 0.0) -> None:
    """Draw the axis, its marks, named at a height, and the pairs' own ratios, so far below their row."""
    dots, rules = tidy.pairs(result), result.rules
    dots = dots[dots["name"].isin(set(frame["name"]))]
    bounds = usable([*frame["low"].dropna(), *frame["high"].dropna(), *dots["ratio"].quantile([0.05, 0.95]).dropna()])
    ratios(axes.xaxis, span([*frame["ratio"], *_marked(rules)], bounds))
    axes.grid(visible=False, axis="y")
    axes.axvspan(1 / (1 + rules.margin), 1 + rules.margin, color=GRID, alpha=0.75, lw=0, zorder=0)
    axes.axvline(1, color=INK, lw=0.9, zorder=1)
    axes.axvline(1 + rules.tolerated, color=MUTED, lw=0.9, dashes=(4, 3), zorder=1)
    for at, words, side in (
        (1 / (1 + rules.margin), "no change", -1),
        (1 + rules.tolerated, f"{wording.percent(rules.tolerated)} slower", 1),
    ):
        axes.annotate(
            words, (at, head), (5 * side, 0), textcoords="offset points", ha="right" if side < 0 else "left",
            va="center", fontsize=8.8, color=MUTED, annotation_clip=False,
        )  # fmt: skip
    axes.set(xlabel="ratio of times, head over base", ylabel="")
    for row in each(frame):
        _pairs(axes, row.Index + below, list(dots["ratio"][dots["name"] == row.name]))


def _pairs(axes: Axes, y: float, values: list[float]) -> None:
    """Draw the pairs' own ratios, a little apart; those beyond the edges as arrows on them."""
    low, high = axes.get_xlim()
    places = [y + 0.07 * (i % 3 - 1) for i in range(len(values))]
    inside = [(value, place) for value, place in zip(values, places, strict=True) if low <= value <= high]
    axes.plot(*zip(*inside, strict=True) if inside else ([], []), ".", color=MUTED, ms=3.6, alpha=0.55, zorder=2)
    left = axes.get_yaxis_transform()
    for edge, marker, beyond in (
        (_EDGE, "<", any(v < low for v in values)),
        (1 - _EDGE, ">", any(v > high for v in values)),
    ):
        if beyond:
            axes.plot([edge], [y], marker, color=MUTED, ms=4, alpha=0.8, clip_on=False, zorder=2, transform=left)


def _row(axes: Axes, row: Any, y: float) -> None:
    style = PRESENTATIONS[row.verdict].style
    _interval(axes, row, style, y)
    low, high = axes.get_xlim()
    place = min(max(row.ratio, low), high)
    axes.plot([place], [y], style.marker, color=style.color, mfc=style.face, mew=1.5, ms=7, zorder=4, clip_on=False)


def _interval(axes: Axes, row: Any, style: Style, y: float) -> None:
    """Draw the interval; a bound that nobody knows reaches to the edge."""
    low, high = axes.get_xlim()
    left, right = (
        bound if usable([bound]) else edge for bound, edge in ((row.low, low), (row.high, high))
    )  # NaN is no ratio either
    if usable([row.low]) or usable([row.high]):
        left, right = max(left, low), min(right, high)
        axes.plot([left, right], [y, y], color=style.color, lw=3.4, alpha=0.5, solid_capstyle="butt", zorder=3)
    if row.verdict in {Verdict.SAME, Verdict.INCONCLUSIVE} and usable([row.excluded]) and row.excluded > low:
        end = min(row.excluded, high)
        axes.plot([min(max(row.ratio, low), high), end], [y, y], color=style.color, lw=1.1, zorder=3)
        axes.plot([end], [y], "|", color=style.color, ms=7, mew=1.1, zorder=3)


def alt(frame: pd.DataFrame) -> str:
    """Return every ratio in words, the worst first."""
    called = names.labels(frame["name"])
    rows = [f"{called[row.name]} {wording.times(row.ratio)}{_bounds(row)}, {row.verdict}" for row in each(frame)]
    return f"Forest plot of ratios of times, head over base, the worst first: {'; '.join(rows)}."


def _bounds(row: Any) -> str:
    known = usable([row.low]) and usable([row.high])
    return f" ({wording.times(row.low)} to {wording.times(row.high)})" if known else ""
