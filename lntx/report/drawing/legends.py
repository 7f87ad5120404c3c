"""A legend above the drawing, for pictures whose points lie too close together to be named in place."""

import math
from collections.abc import Sequence

from matplotlib.figure import Figure

from lntx.report.drawing.axes import LABEL_LENGTH
from lntx.report.drawing.style import WIDTH_IN

_LETTER_IN, _ROW_IN = 0.074, 0.19
_COLUMNS = 3


def above(figure: Figure) -> None:
    """Name what was drawn with a label, in as many columns as have room, and make the picture so much taller."""
    _, names = figure.axes[0].get_legend_handles_labels()
    columns = _columns(names)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + _ROW_IN * math.ceil(len(names) / columns))
    figure.legend(
        loc="outside upper left", ncols=columns, frameon=False, fontsize=9.5, handletextpad=0.1,
        columnspacing=1.2, borderaxespad=0,
    )  # fmt: skip


def _columns(names: Sequence[str]) -> int:
    """Find how many names fit beside each other."""
    longest = min(max(map(len, names)), LABEL_LENGTH) + 4  # its marker and the gap take some letters' width
    return max(1, min(_COLUMNS, int(WIDTH_IN / (longest * _LETTER_IN))))
