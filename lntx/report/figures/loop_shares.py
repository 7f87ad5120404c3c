"""Where a step of {} goes.

Shares of a step's time, of a run under torch's profiler that isn't timed: Python (and whatever else is no operation of torch's),
what computes, and the optimizer; on a GPU, how long that waits for the host, and how long it computes. A profiler slows short
operations most, so that a small share of Python is larger without it. A step that is compiled as a whole shows no optimizer of
its own.
"""

import pandas as pd

from lntx.report.analysis.loops import loops, worded
from lntx.report.drawing.axes import LABEL_LENGTH, legend_above
from lntx.report.drawing.library import Figure
from lntx.report.drawing.style import GRID, INK, MUTED, WIDTH_IN, Styles
from lntx.report.frames import Frames
from lntx.report.names import labels
from lntx.report.rows import SHARES, each

ORDER = 54
TOPIC = "How near the machine's limit"
SUITES = ()
COLUMNS = ["picture", "series", "backend", "step_s", *SHARES, "setting", "on_gpu"]
_PARTS = dict(zip(SHARES, (("Python", MUTED), ("computing", INK), ("optimizer", GRID)), strict=True))
_ROW_IN = 0.32


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each way, at the last value of its axis, where the shares are known."""
    rows = []
    for loop in loops(frames):
        value = loop.points[-1]
        known = [cell for cell in loop.at(value) if cell.share_python == cell.share_python]
        setting = ", ".join(filter(None, [worded(loop, value), loop.place]))
        for cell in known:
            parts = (cell.share_python, cell.share_kernels, cell.share_optimizer)
            rows.append([loop.name, cell.series, cell.backend, cell.step_s, *parts, setting, loop.on_gpu])
    return pd.DataFrame(rows, columns=COLUMNS)


def _parts(frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return the parts that are known, each with its word and its color; a GPU's are two."""
    if not frame["on_gpu"].any():
        return _PARTS
    waits, computes, _ = SHARES
    return {waits: ("waiting for the host", MUTED), computes: ("computing", INK)}


def draw(frame: pd.DataFrame, figure: Figure, _styles: Styles) -> None:
    """Draw a bar of parts for each way."""
    figure.set_size_inches(WIDTH_IN, _ROW_IN * len(frame) + 1.1)
    axes, left = figure.add_subplot(), pd.Series(0.0, frame.index)
    for name, (word, color) in _parts(frame).items():
        share = frame[name].fillna(0.0)
        axes.barh(frame.index, 100 * share, left=100 * left, height=0.6, color=color, lw=0, label=word)
        left = left + share
    short = labels(frame["series"], LABEL_LENGTH)
    axes.set_yticks(range(len(frame)), [short[name] for name in frame["series"]])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=10)
    axes.grid(visible=False, axis="y")
    axes.set(ylim=(len(frame) - 0.5, -0.5), xlim=(0, 100), xlabel="% of a step, under the profiler")
    legend_above(figure)


def alt(frame: pd.DataFrame) -> str:
    """Return the shares of each way."""
    idle = "waiting" if frame["on_gpu"].any() else "Python"
    words = [f"{row.series} {row.share_python:.0%} {idle} and {row.share_kernels:.0%} computing" for row in each(frame)]
    return f"Bars of the parts of a step's time: {'; '.join(words)}."
