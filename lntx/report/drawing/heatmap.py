"""A map: a square for each shape of the data, features to the right and samples upwards, with a few words in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from lntx.report.drawing.library import Axes, Figure, Rectangle
from lntx.report.drawing.style import INK, MUTED, PAPER, WIDTH_IN
from lntx.report.units import size

_ROW_IN, _GAP = 0.72, 0.04
_STRENGTH = 0.22  # of a square's colour: words must stand out on it


@dataclass(frozen=True, slots=True)
class Square:
    """One shape, the colour of its square, and its words, the first line in bold."""

    samples: int
    features: int
    color: str
    words: Sequence[str]


def draw(squares: Sequence[Square], figure: Figure) -> Axes:
    """Draw the squares; a shape that wasn't measured stays empty."""
    columns = sorted({square.features for square in squares})
    rows = sorted({square.samples for square in squares})
    figure.set_size_inches(WIDTH_IN, _ROW_IN * len(rows) + 0.75)
    axes = figure.add_subplot()
    for square in squares:
        _square(axes, square, columns.index(square.features), rows.index(square.samples))
    axes.set(xlim=(0, len(columns)), ylim=(0, len(rows)), xlabel="features", ylabel="samples")
    axes.set_xticks([i + 0.5 for i in range(len(columns))], [size(value) for value in columns])
    axes.set_yticks([i + 0.5 for i in range(len(rows))], [size(value) for value in rows])
    axes.grid(visible=False)
    return axes


def _square(axes: Axes, square: Square, column: int, row: int) -> None:
    corner, side = (column + _GAP, row + _GAP), 1 - 2 * _GAP
    axes.add_patch(Rectangle(corner, side, side, facecolor=PAPER, lw=0))  # so that no grid shines through
    axes.add_patch(Rectangle(corner, side, side, facecolor=square.color, alpha=_STRENGTH, lw=0))
    for i, line in enumerate(square.words):
        height = row + 0.5 + 0.24 * ((len(square.words) - 1) / 2 - i)
        weight, color, points = ("bold", INK, 9.5) if i == 0 else ("normal", MUTED, 8.8)
        axes.text(column + 0.5, height, line, ha="center", va="center", weight=weight, color=color, fontsize=points)
