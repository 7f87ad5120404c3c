"""Agreement of the weights.

Each point compares trained weights with the float64 reference of the same recurrence, at one checkpoint of one cell:
the relative error upwards, the tolerance derived for it to the right. Points below the line agree. A cell with a point
above it disagrees, and is given no time. An error that is infinite or no number is drawn above all others, and said so.
"""

import math

import pandas as pd

from lntx.report.drawing.axes import LABEL_LENGTH, legend_above, logarithmic
from lntx.report.drawing.library import Axes, Figure, sns
from lntx.report.drawing.style import ALARM, MUTED, PAPER, WIDTH_IN, Style, Styles
from lntx.report.frames import Frames
from lntx.report.names import labels

ORDER = 50
TOPIC = "Whether to trust this"
SUITES = ()
_HEIGHT_IN = 3.35
_FLOOR = 1e-12
_GRAIN = 2  # digits of the logarithm: finer than a marker


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each checkpoint; the errors of cells without a time are here too."""
    points, linear = frames.checkpoints, frames.checkpoints["features"] > 0
    points = points[linear] if linear.any() else points  # loops have none, and a picture of their own, tensor by tensor
    points = points.sort_values(["backend", "suite", "samples", "features", "epoch"], kind="stable")
    return points.assign(picture="").reset_index(drop=True)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw error against tolerance with the line where they are equal."""
    figure.set_size_inches(WIDTH_IN, _HEIGHT_IN)
    axes = figure.add_subplot()
    shown = frame.assign(error=frame["error"].fillna(float("inf")).clip(_FLOOR, 10 * _most(frame)))
    shown["tolerance"] = shown["tolerance"].clip(lower=_FLOOR)
    logarithmic(axes.xaxis, list(shown["tolerance"]), _power)
    logarithmic(axes.yaxis, [*shown["error"], *shown["tolerance"]], _power)
    _border(axes)
    if not frame["error"].map(math.isfinite).all():
        axes.annotate(
            "infinite or no number", (0.98, 10 * _most(frame)), (0, 5), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", color=ALARM, fontsize=8.8, ha="right",
        )  # fmt: skip
    short = labels(shown["backend"], LABEL_LENGTH)
    for backend, part in shown.groupby("backend"):
        _points(axes, short[str(backend)], _thinned(part), styles[str(backend)])
    legend_above(figure)
    axes.set(xlabel="tolerance, derived", ylabel="relative error of the weights")


def _most(frame: pd.DataFrame) -> float:
    finite = frame["error"][frame["error"] < float("inf")]
    return max(float(finite.max()) if len(finite) else 0.0, float(frame["tolerance"].max()), _FLOOR)


def _power(value: float) -> str:
    return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e+")


def _border(axes: Axes) -> None:
    low, high = axes.get_xlim()
    axes.plot([low, high], [low, high], color=MUTED, lw=1, dashes=(4, 3))
    axes.fill_between([low, high], [low, high], [axes.get_ylim()[1]] * 2, color=ALARM, alpha=0.06, lw=0)
    axes.annotate("disagrees", (0.02, 0.96), xycoords="axes fraction", color=ALARM, fontsize=9.5, va="top")
    axes.annotate("agrees", (0.98, 0.04), xycoords="axes fraction", color=MUTED, fontsize=9.5, ha="right")


def _thinned(part: pd.DataFrame) -> pd.DataFrame:
    """Leave one of the points that would fall on the same spot, so that large studies make small files."""
    spots = part[["tolerance", "error"]].map(math.log10).round(_GRAIN)
    return part[~spots.duplicated()]


def _points(axes: Axes, label: str, part: pd.DataFrame, style: Style) -> None:
    sns.scatterplot(
        part, x="tolerance", y="error", ax=axes, color=style.color, marker=style.marker, s=30, alpha=0.75,
        edgecolor=PAPER, linewidth=0.4, label=label, legend=False,
    )  # fmt: skip


def alt(frame: pd.DataFrame) -> str:
    """Return how many points agree, and how near the worst comes to its tolerance."""
    good = frame[frame["ok"].astype(bool)]
    share = float((good["error"] / good["tolerance"]).max()) if len(good) else 0.0
    words = f"Scatter plot of weight error against tolerance: {len(good):,} of {len(frame):,} checkpoints agree"
    return f"{words}; the largest error among them is {share:.0%} of its tolerance." if len(good) else f"{words}."
