"""Benchmarks.

The median of each benchmark's rounds; the bar reaches from their first to their third quartile. All rounds come from
one process, so this is a spread and not an interval of confidence.
"""

import pandas as pd

from lntx.report import units
from lntx.report.drawing.axes import LABEL_LENGTH, logarithmic
from lntx.report.drawing.library import Figure, sns
from lntx.report.drawing.style import INK, PALETTE, WIDTH_IN, Styles
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 60
SUITES = ()
MOST = 40
_ROW_IN = 0.34


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each benchmark, the slowest first."""
    if frames.foreign.empty:
        return pd.DataFrame({"picture": []})
    rounds = frames.foreign.groupby(["study", "name"], sort=False)["seconds"]
    spread = {"low_s": rounds.quantile(0.25), "median_s": rounds.median(), "high_s": rounds.quantile(0.75)}
    found = pd.DataFrame({**spread, "rounds": rounds.count(), "picture": ""}).reset_index()
    return found.sort_values(["median_s", "name"], ascending=[False, True]).reset_index(drop=True)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:  # noqa: ARG001  (benchmarks are no series)
    """Draw a row for each benchmark; of many, the slowest."""
    shown = frame.head(MOST)
    figure.set_size_inches(WIDTH_IN, _ROW_IN * len(shown) + 0.8)
    axes = figure.add_subplot()
    logarithmic(axes.xaxis, [*shown["low_s"], *shown["high_s"]], units.tick, room=0.15)
    sns.scatterplot(shown, x="median_s", y=shown.index, ax=axes, color=PALETTE[0], s=38, legend=False, zorder=3)
    axes.hlines(shown.index, shown["low_s"], shown["high_s"], color=PALETTE[0], lw=3, alpha=0.4)
    for row in each(shown):
        axes.annotate(units.seconds(row.median_s), (row.median_s, row.Index), (0, 6), textcoords="offset points",
                      ha="center", fontsize=9)  # fmt: skip
    names = [units.clean(name.rpartition("::")[2], LABEL_LENGTH) for name in shown["name"]]
    axes.set_yticks(range(len(shown)), names)
    axes.tick_params(axis="y", labelcolor=INK)
    most = f" (the {MOST} slowest of {len(frame):,})" if len(frame) > MOST else ""
    axes.set(ylim=(len(shown) - 0.5, -0.7), xlabel=f"median of the rounds{most}", ylabel="")


def alt(frame: pd.DataFrame) -> str:
    """Name the slowest and the fastest."""
    first, last = frame.iloc[0], frame.iloc[-1]
    slowest = f"the slowest is {first['name']} with {units.seconds(first['median_s'])}"
    return (
        f"Dot plot of {units.plural(len(frame), 'benchmark')} on a logarithmic time axis; {slowest}, "
        f"the fastest {last['name']} with {units.seconds(last['median_s'])}."
    )
