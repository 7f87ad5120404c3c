"""What the intervals are made of.

Each dot is one fresh pair of processes, in the order in which they were measured: the ratio of head's time to base's in it. The
line is their mean, the band its 95 % interval. A hollow dot never came to rest while warming up. Benchmarks that are the same are
left out.
"""

import math
from typing import Any

import pandas as pd

from lntx.report import names
from lntx.report.drawing.library import Axes, Figure, MaxNLocator
from lntx.report.drawing.ratios import ratios, span, usable
from lntx.report.drawing.style import INK, PAPER, WIDTH_IN
from lntx.report.gate import frames as tidy
from lntx.report.gate import wording
from lntx.report.gate.verdicts import PRESENTATIONS
from lntx.report.rows import each
from lntx.result import BenchmarkResult, GateResult
from lntx.verdict import Verdict

ORDER = 20
MOST = 12
_ROW_IN, _COLUMNS, _LABEL = 1.55, 2, 34


def frame(result: GateResult) -> pd.DataFrame:
    """Make one row for each pair of what is not the same, the worst first; none where all is."""
    found = tidy.pairs(result)
    told = found[found["name"].isin([tidy.benchmark_name(one) for one in _told(result)])]
    place = {tidy.benchmark_name(one): i for i, one in enumerate(_told(result))}
    shown = told.assign(place=told["name"].map(place)).sort_values(["place", "order"])
    columns = ["name", "verdict", "pair", "ratio", "quads", "settled"]
    return shown[columns].assign(picture="", setting=_setting(result))


def _told(result: GateResult) -> list[BenchmarkResult]:
    timed = [
        one
        for one in wording.worst_first(result.benchmarks)
        if one.verdict is not Verdict.SAME and one.ratio is not None
    ]
    return timed[:MOST]


def _setting(result: GateResult) -> str:
    """Return how many there would be to show, where not all are."""
    count = sum(one.verdict is not Verdict.SAME and one.ratio is not None for one in result.benchmarks)
    return f"The {MOST} worst of {count:,}" if count > MOST else ""


def draw(frame: pd.DataFrame, figure: Figure, result: GateResult) -> None:
    """Draw a small picture for each benchmark, two beside each other."""
    shown = list(dict.fromkeys(frame["name"]))
    judged = {tidy.benchmark_name(one): one for one in result.benchmarks}
    rows = math.ceil(len(shown) / _COLUMNS)
    figure.set_size_inches(WIDTH_IN, _ROW_IN * rows + 0.2)
    panels = figure.subplots(rows, _COLUMNS, squeeze=False).flat
    labels = names.labels(shown, _LABEL)
    for i, (axes, name) in enumerate(zip(panels, shown, strict=False)):
        _panel(axes, frame[frame["name"] == name], judged[name], labels[name])
        axes.set_xlabel("pair" if i >= len(shown) - _COLUMNS else "")
    for axes in list(figure.axes)[len(shown) :]:
        axes.set_visible(False)


def _panel(axes: Axes, part: pd.DataFrame, judged: BenchmarkResult, label: str) -> None:
    style, dots = PRESENTATIONS[judged.verdict].style, each(part.assign(order=range(1, len(part) + 1)))
    bounds = [bound for bound in (judged.low, judged.high) if bound is not None and usable([bound])]
    ratios(axes.yaxis, span([*_most(part), judged.ratio or 1.0, 1.0], [*bounds, *part["ratio"]]), most=3)
    axes.axhline(1, color=INK, lw=0.9)
    if len(bounds) > 1:
        axes.axhspan(*bounds, color=style.color, alpha=0.18, lw=0)
    axes.axhline(judged.ratio or 1.0, color=style.color, lw=1.4)
    for row in dots:
        _dot(axes, row, style.color, style.marker)
    axes.set_title(label, fontsize=9, loc="left", color=INK, pad=5)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))
    axes.set_xlim(0.4, len(part) + 0.6)
    axes.grid(visible=False, axis="x")


def _most(part: pd.DataFrame) -> list[float]:
    """Take the middle of the pairs, which an outlier must not squeeze."""
    return [float(value) for value in part["ratio"].quantile([0.1, 0.9])]


def _dot(axes: Axes, row: Any, color: str, marker: str) -> None:
    low, high = axes.get_ylim()
    inside = low <= row.ratio <= high
    shape = marker if inside else "^" if row.ratio > high else "v"
    face = color if row.settled else PAPER
    axes.plot([row.order], [min(max(row.ratio, low), high)], shape, color=color, mfc=face, ms=4.2, clip_on=False)


def alt(frame: pd.DataFrame) -> str:
    """Return for each benchmark from where to where its pairs reach."""
    called = names.labels(frame["name"])
    said = [
        f"{called[str(name)]}, {part['verdict'].iloc[0]}: {len(part)} pairs from {wording.times(part['ratio'].min())} "
        f"to {wording.times(part['ratio'].max())}"
        for name, part in frame.groupby("name", sort=False)
    ]
    return f"Dots of the ratio in each pair of processes, in order: {'; '.join(said)}."
