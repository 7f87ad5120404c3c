"""Agreement of {}, tensor by tensor.

How much of what rounding explains each tensor's distance from the first way's training uses up: left of the line at 100 % the
way is the same training. A hollow marker stands for a tensor that rounding alone moves about as far as training does, of which
nothing is proved. What lies further off than the picture reaches is drawn at its edge, with the largest share in numbers.
"""

import math

import pandas as pd

from lntx.report import units
from lntx.report.analysis.loops import loops
from lntx.report.drawing.axes import LABEL_LENGTH, legend_above, logarithmic
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import ALARM, INK, MUTED, PAPER, WIDTH_IN, Styles
from lntx.report.frames import Frames
from lntx.report.names import labels
from lntx.report.rows import each

ORDER = 51
TOPIC = "Whether to trust this"
SUITES = ()
COLUMNS = ["picture", "tensor", "backend", "value", "steps", "error", "tolerance", "share", "proved", "ok"]
_ROW_IN, _MOST = 0.26, 24
_LEAST, _BEYOND = 1e-3, 1e3


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each tensor and way, at the value of the axis where it is worst."""
    found = frames.tensors.sort_values("share", kind="stable")
    found = found.drop_duplicates(
        ["study", "problem", "device", "dtype", "backend", "tensor"], keep="last"
    ).sort_index()
    names = {loop.name for loop in loops(frames)} | set(found["problem"])
    found = found[found["problem"].isin(names)].assign(picture=found["problem"])
    return found[COLUMNS].reset_index(drop=True)


def draw(frame: pd.DataFrame, figure: Figure, styles: Styles) -> None:
    """Draw a row for each tensor, the worst on top, a marker for each way."""
    worst = frame.groupby("tensor")["share"].max().sort_values(ascending=False, kind="stable").head(_MOST)
    names = list(worst.index)
    figure.set_size_inches(WIDTH_IN, _ROW_IN * len(names) + 1.2)
    axes = figure.add_subplot()
    shown = frame[frame["tensor"].isin(names)]
    shares = shown["share"].clip(_LEAST, _BEYOND)
    logarithmic(axes.xaxis, [0.1, 1.0, *shares], lambda value: f"{100 * value:g}%")
    axes.axvline(1, color=ALARM, lw=1, dashes=(4, 3))
    short, seen = labels(shown["backend"], LABEL_LENGTH), set()
    for row, share in zip(each(shown), shares, strict=True):
        style = styles[row.backend]
        label = None if row.backend in seen else short[row.backend]
        seen.add(row.backend)
        face = style.color if row.proved else PAPER
        axes.plot(
            share, names.index(row.tensor), style.marker, color=style.color, mfc=face, ms=6, ls="none", label=label
        )
    for name, share in shown.groupby("tensor")["share"].max().items():
        if share > _BEYOND:
            axes.annotate(
                f"→ {_said(share)}", (_BEYOND, names.index(name)), (6, 0), textcoords="offset points", va="center",
                color=ALARM, fontsize=8.8, annotation_clip=False,
            )  # fmt: skip
    tensors = labels(names, 2 * LABEL_LENGTH)
    axes.set_yticks(range(len(names)), [tensors[name] for name in names])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=9)
    axes.set(ylim=(len(names) - 0.5, -0.5), xlabel="part of what rounding explains")
    axes.xaxis.label.set_color(MUTED)
    legend_above(figure)


def alt(frame: pd.DataFrame) -> str:
    """Return how many agree, and the worst."""
    good = frame[frame["ok"].astype(bool)]
    worst = frame.sort_values("share", kind="stable").iloc[-1]
    return (
        f"Dots of each tensor's share of what rounding explains: {len(good):,} of {len(frame):,} agree; the largest is "
        f"{_said(worst['share'])}, {worst['tensor']} of {worst['backend']}."
    )


def _said(share: float) -> str:
    return "beyond all bounds" if math.isinf(share) else units.share(float(share))
