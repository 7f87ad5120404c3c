"""Benchmarks over the runs.

The time of each benchmark against that of the first run that has it; a ring marks where a new level begins. Named are those that
changed most, and the grey band holds the middle four fifths of all. The runs weren't measured in turns, so a level may be the
machine's as well as the code's.
"""

from datetime import datetime

import pandas as pd

from lntx.report import names, units
from lntx.report.analysis.runs import runs, telling
from lntx.report.drawing.axes import logarithmic
from lntx.report.drawing.library import AutoDateLocator, Axes, ConciseDateFormatter, Figure, date2num
from lntx.report.drawing.line_names import at_ends
from lntx.report.drawing.scaling import MARKERS
from lntx.report.drawing.style import GRID, MUTED, WIDTH_IN, Styles, styles
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 4
TOPIC = "What changed"
SUITES = ()
_LINES = 8
_HEIGHT_IN = 3.2
_BAND = (0.1, 0.9)
_ROOM = 0.03


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each run of the benchmarks that changed most; `low` and `high` bound the middle of all in that run."""
    found = runs(frames)
    if found.empty:
        return pd.DataFrame({"picture": []})
    by_turn = found.groupby("turn")["ratio"]
    changed = found.groupby("name")["change"].any()
    named = telling(found, _LINES)
    kept = found[found["name"].isin([name for name in named if changed[name]] or named)]
    several = found["name"].nunique() > kept["name"].nunique()
    low, high = (kept["turn"].map(by_turn.quantile(share)) if several else None for share in _BAND)
    return kept.assign(low=low, high=high, runs=len(frames.order), picture="")


def draw(frame: pd.DataFrame, figure: Figure, styles_: Styles) -> None:  # noqa: ARG001  (benchmarks are no series)
    """Draw a line for each benchmark, with rings where its level changes."""
    figure.set_size_inches(WIDTH_IN, _HEIGHT_IN)
    axes = figure.add_subplot()
    days = _days(frame)
    points = frame.assign(at=frame["turn"] if days is None else days)
    logarithmic(axes.yaxis, [1.0, *points["ratio"]], lambda value: f"{value:g}{units.TIMES}")
    axes.axhline(1, color=MUTED, lw=1, dashes=(4, 3))
    _band(axes, points)
    own, ends = styles((name, name) for name in points["name"]), []
    for name, part in points.groupby("name", sort=False):
        style, marker = own[str(name)], "" if len(part) > MARKERS else own[str(name)].marker
        axes.plot(part["at"], part["ratio"], marker=marker, color=style.color, mfc=style.face, ms=4.5, lw=1.3)
        for row in each(part[part["change"].astype(bool)]):
            axes.plot(row.at, row.ratio, "o", mfc="none", mec=style.color, ms=11, mew=1.4)
        ends.append((str(name), float(part["at"].iloc[-1]), float(part["ratio"].iloc[-1]), style))
    first, last = float(points["at"].min()), float(points["at"].max())
    room = _ROOM * (last - first) or 1.0
    axes.set_xlim(first - room, last + room)
    if days is not None:
        # With more ticks at the least, it finds no step for four days: too few of days, too many of hours.
        locator = AutoDateLocator(minticks=2, maxticks=6)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(formatter)
    axes.set(xlabel="run" if days is None else "day of the run", ylabel="time / time in the first")
    at_ends(axes, ends)


def _days(frame: pd.DataFrame) -> "pd.Series | None":
    """Return the days as matplotlib counts them; None where one isn't known."""
    try:
        days = [datetime.fromisoformat(str(day)) for day in frame["day"]]
        counted: list[float] = [float(date2num(day)) for day in days]  # type: ignore[no-untyped-call]
        return pd.Series(counted, frame.index)
    except ValueError:
        return None


def _band(axes: Axes, points: pd.DataFrame) -> None:
    once = points.drop_duplicates("turn").sort_values("turn")
    if once["low"].notna().any():
        axes.fill_between(once["at"], once["low"].astype(float), once["high"].astype(float), color=GRID, lw=0, zorder=0)


def alt(frame: pd.DataFrame) -> str:
    """Return where each line ends, and where it changes."""
    labels = names.labels(frame["name"])
    latest = int(frame["runs"].iloc[0])
    words = [
        f"{labels[str(name)]} {units.digits(float(part['ratio'].iloc[-1]))} times"
        + (f" (not in the last, but at {part['study'].iloc[-1]})" if part["turn"].iloc[-1] < latest else "")
        + "".join(f", a new level at {study}" for study in part["study"][part["change"].astype(bool)])
        for name, part in frame.groupby("name", sort=False)
    ]
    count = units.plural(latest, "run")
    return f"Line chart of time against that of the first of {count}; in the last: {units.listing(words)}."
