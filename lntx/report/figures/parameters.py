"""Benchmarks against their parameter.

The median of each benchmark's rounds against the number among its parameters, where at least three differ in that number
alone. Bars reach from the first to the third quartile of the rounds of one process: a spread, no interval of confidence.
"""

import re

import pandas as pd

from lntx.report import names, units
from lntx.report.drawing.axes import logarithmic, sizes
from lntx.report.drawing.library import Figure
from lntx.report.drawing.line_names import at_ends
from lntx.report.drawing.scaling import height
from lntx.report.drawing.style import WIDTH_IN, Styles, styles
from lntx.report.figures import foreign
from lntx.report.frames import Frames

ORDER = 62
TOPIC = "Which is fastest"
SUITES = ()
COLUMNS = ["picture", "series", "number", "low_s", "median_s", "high_s", "study"]
_FEWEST, _MOST = 3, 12  # numbers of a line, and lines of the picture
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")


def frame(frames: Frames) -> pd.DataFrame:
    """Make one row for each benchmark that differs from others in one whole number alone."""
    found = foreign.frame(frames)
    if found.empty:
        return pd.DataFrame(columns=COLUMNS)
    found = found[found["median_s"].notna()]
    parts = [(_options(str(name)), i) for i, name in zip(found.index, found["name"], strict=True)]
    rows = pd.DataFrame(
        [(i, stem, number) for options, i in parts for stem, number in options], columns=["row", "series", "number"]
    )
    rows = rows.join(found[["study", "low_s", "median_s", "high_s"]], on="row").assign(picture="")
    numbers = rows.groupby("series")["number"].transform("nunique")
    lines = rows[(numbers >= _FEWEST) & (rows["number"] > 0)].sort_values(["series", "number"], kind="stable")
    kept = list(dict.fromkeys(lines["series"]))[:_MOST]
    return lines[lines["series"].isin(kept)][COLUMNS].reset_index(drop=True)


def _options(name: str) -> list[tuple[str, int]]:
    """Return for each whole number among a benchmark's parameters the name without it, and the number."""
    stem, bracket, rest = names.parted(name)
    if not bracket:
        return []
    found = _NUMBER.finditer(rest)
    return [
        (f"{stem}[{rest[: match.start()]}N{rest[match.end() :]}", int(match.group()))
        for match in found
        if len(match.group()) < 16  # noqa: PLR2004  (longer ones are no sizes)
    ]


def draw(frame: pd.DataFrame, figure: Figure, _styles: Styles) -> None:
    """Draw a line for each family of benchmarks."""
    own = styles((name, name) for name in frame["series"])
    figure.set_size_inches(WIDTH_IN, height(frame))
    axes, ends = figure.add_subplot(), []
    sizes(axes.xaxis, [float(number) for number in frame["number"]])
    logarithmic(axes.yaxis, [*frame["median_s"], *foreign.known(frame, "low_s", "high_s")], units.tick)
    for name, part in frame.groupby("series", sort=False):
        style = own[str(name)]
        axes.plot(part["number"], part["median_s"], style.marker, ls="-", color=style.color, mfc=style.face, ms=5.5)
        axes.vlines(part["number"], part["low_s"], part["high_s"], color=style.color, lw=2.6, alpha=0.45)
        ends.append((str(name), float(part["number"].iloc[-1]), float(part["median_s"].iloc[-1]), style))
    at_ends(axes, ends)
    axes.set(xlabel="the number N among the parameters", ylabel="median of the rounds")


def alt(frame: pd.DataFrame) -> str:
    """Return where each line starts and ends."""
    labels = names.labels(frame["series"])
    words = [
        f"{labels[str(name)]} from {units.seconds(part['median_s'].iloc[0])} at {part['number'].iloc[0]:,} to "
        f"{units.seconds(part['median_s'].iloc[-1])} at {part['number'].iloc[-1]:,}"
        for name, part in frame.groupby("series", sort=False)
    ]
    return f"Line chart, both axes logarithmic: {units.listing(words)}."
