"""Benchmarks.

The median of each benchmark's rounds; the bar reaches from their first to their third quartile. All rounds come from
one process, so this is a spread and not an interval of confidence. A hollow marker is a mean, where nothing else is known;
of several runs the last is shown, and a small stroke marks the first.
"""

import pandas as pd

from lntx.report import names, units
from lntx.report.drawing.axes import fitting, logarithmic
from lntx.report.drawing.library import Axes, Figure
from lntx.report.drawing.style import GRID, INK, MUTED, PALETTE, PAPER, WIDTH_IN, Styles
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 60
TOPIC = "Which is fastest"
SUITES = ()
MOST = 40
_ROW_IN = 0.42
_POINTS, _NUMBERS_IN = 8.8, 0.95  # of a name above its row; the room that the numbers take
_COLUMNS = ["name", "study", "low_s", "median_s", "high_s", "rounds", "least_s", "mean_s", "first_s", "gone", "picture"]


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each benchmark of the last run that has it, the slowest first; `first_s` is its time in the first run.

    `gone` says whether that run isn't the last of all.
    """
    if frames.foreign.empty:
        return pd.DataFrame({"picture": []})
    turns = {label: turn for turn, (label, _) in enumerate(frames.order)}
    rows = frames.foreign.assign(turn=frames.foreign["study"].map(turns)).sort_values("turn", kind="stable")
    last = rows.drop_duplicates("name", keep="last")
    first = rows.drop_duplicates("name").set_index("name")
    since = last.set_index("name")["turn"].reindex(first.index)  # runs may list their benchmarks in any order
    earlier = first["median_s"].fillna(first["mean_s"]).where(first["turn"] < since)
    found = last.assign(first_s=last["name"].map(earlier), picture="", time=last["median_s"].fillna(last["mean_s"]))
    found["gone"] = found["turn"] < rows["turn"].max()
    found["study"] = found["study"].where(found["study"] != "")  # one alone has no name
    return found.sort_values(["time", "name"], ascending=[False, True])[_COLUMNS].reset_index(drop=True)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:  # noqa: ARG001  (benchmarks are no series)
    """Draw a row for each benchmark, its name above it; of many, the slowest."""
    shown = frame.head(MOST)
    figure.set_size_inches(WIDTH_IN, _ROW_IN * len(shown) + 0.8)
    axes = figure.add_subplot()
    times = shown["median_s"].fillna(shown["mean_s"])
    logarithmic(axes.xaxis, [*times, *known(shown, "low_s", "high_s", "first_s")], units.tick, room=0.12)
    axes.hlines(shown.index, *axes.get_xlim(), color=GRID, lw=0.7)
    labels = fitting(frame["name"], list(shown["name"]), WIDTH_IN - _NUMBERS_IN, _POINTS)
    for row, time in zip(each(shown), times, strict=True):
        _row(axes, row, float(time))
        place = axes.get_yaxis_transform()
        name = axes.text(
            0, row.Index - 0.36, labels[row.name], transform=place, va="center", fontsize=_POINTS, color=INK
        )
        name.set_in_layout(False)  # it lies within the axes, as it was made to fit
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    most = f" (the {MOST} slowest of {len(frame):,})" if len(frame) > MOST else ""
    what = "median of the rounds" if shown["median_s"].notna().all() else "median of the rounds, or mean"
    axes.set(ylim=(len(shown) - 0.5, -0.8), xlabel=f"{what}{most}", ylabel="")


def known(shown: pd.DataFrame, *columns: str) -> list[float]:
    """Return the numbers in some columns that a logarithmic axis can hold."""
    return [float(value) for name in columns for value in shown[name].dropna() if value > 0]


def _row(axes: Axes, row: "pd.Series", time: float) -> None:
    color = PALETTE[0]
    if row.low_s > 0 and row.high_s > 0:
        axes.plot([row.low_s, row.high_s], [row.Index, row.Index], color=color, lw=3, alpha=0.4)
    if row.first_s > 0:
        axes.plot([row.first_s], [row.Index], "|", color=MUTED, ms=11, mew=1.4)
    axes.plot([time], [row.Index], "o", color=color, mfc=color if row.median_s > 0 else PAPER, ms=6)
    axes.text(1.03, row.Index, units.seconds(time), transform=axes.get_yaxis_transform(), va="center", fontsize=9)


def alt(frame: pd.DataFrame) -> str:
    """Name the slowest and the fastest."""
    labels, times = names.labels(frame["name"]), frame["median_s"].fillna(frame["mean_s"])
    kept = frame.index[~frame["gone"].astype(bool)]
    first, last = (f"{labels[frame['name'][i]]} with {units.seconds(float(times[i]))}" for i in (kept[0], kept[-1]))
    what = f"Dot plot of {units.plural(len(frame), 'benchmark')} on a logarithmic time axis"
    return f"{what}; the slowest is {first}, the fastest {last}{_gone(len(frame) - len(kept))}."


def _gone(count: int) -> str:
    return f"; the last run lacks {count:,} of them, which are shown as they last were" if count else ""
