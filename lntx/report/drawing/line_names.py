"""Names of lines, where these end: beside each other at the right edge, moved apart, or at the end of one that ends early."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lntx.report.drawing.axes import LABEL_LENGTH, spread, widest
from lntx.report.drawing.library import Axes
from lntx.report.drawing.style import INK, PAPER, Style
from lntx.report.names import labels

End = tuple[str, float, float, Style]
"""A series' name, its last point, and how it looks."""
Box = tuple[float, float, float, float]
"""Left, right, bottom and top, as shares of the axes."""
_POINTS, _LINE = 9.8, 13.5  # of a name's letters, and from one to the next
_GAP, _NEAR = 0.055, 0.025  # between an end and its name at the edge, and beside it, of the axes' width
_WIDE, _TALL = 0.62, 0.8  # of the picture, which the axes have, roughly: it is laid out later
_OFF = (0, 0.6, -0.6, 1, -1, 1.6, -1.6, 2.2, -2.2)  # heights at which a name may stand beside its end, in lines
_FAR = 0.6  # of the axes' width: from an end that lies before, no line is led to the edge, across all others
_STEPS = 24  # points of a stretch of a line, at which it is asked whether a name would lie on it


def at_ends(axes: Axes, ends: Sequence[End]) -> None:
    """Write each series' name where its line ends.

    A line that ends early has its name beside its end, where that covers no line; else it is led to the others at the right edge.
    """
    short = labels((name for name, *_ in ends), LABEL_LENGTH)
    right = max((x for _, x, _, _ in ends), default=1.0)
    width, height = axes.get_figure(root=True).get_size_inches()  # type: ignore[union-attr]
    tall = _LINE / (72 * height * _TALL)
    lines, rest = _lines(axes), list[End]()
    for end in sorted(ends, key=lambda one: one[2]):
        wide = widest([short[end[0]]], _POINTS) / (width * _WIDE)
        box = _beside(_place(axes, end[1:3]), (wide, tall), lines) if end[1] < right else None
        if box is None and (near := _place(axes, end[1:3]))[0] < _FAR:
            box = (near[0] + _NEAR, near[0] + _NEAR + wide, near[1] - tall / 2, near[1] + tall / 2)
        if box is None:
            rest.append(end)
            continue
        lines.append(np.array([[box[0], box[2]], [box[1], box[3]]]))  # no other name lies on this one
        # One that stands left ends where its room does: a reader's letters may be narrower.
        left = bool(box[0] < _place(axes, end[1:3])[0])
        paper = {"facecolor": PAPER, "alpha": 0.8, "lw": 0, "pad": 0.6}
        style: Any = {"va": "center", "color": INK, "fontsize": _POINTS, "transform": axes.transAxes, "bbox": paper}
        axes.text(box[left], (box[2] + box[3]) / 2, short[end[0]], ha="right" if left else "left", **style)
    edge = max((_place(axes, end[1:3])[0] for end in rest), default=1.0)
    heights = spread([_place(axes, end[1:3])[1] for end in rest], tall)
    for (name, x, y, style_), up in zip(rest, heights, strict=True):
        _led(axes, short[name], (x, y), (edge + _GAP, up), style_)


def _place(axes: Axes, point: tuple[float, float]) -> tuple[float, float]:
    """Return where a point of the data lies, as shares of the axes."""
    across, up = axes.transAxes.inverted().transform(axes.transData.transform(point))
    return float(across), float(up)


def _lines(axes: Axes) -> list[np.ndarray[Any, Any]]:
    """List the points of all lines, as shares of the axes, close to each other."""
    found = []
    for line in axes.get_lines():
        data = np.asarray(line.get_xydata(), float)
        points = axes.transAxes.inverted().transform(line.get_transform().transform(data))
        if len(points):
            places = np.linspace(0, len(points) - 1, _STEPS * len(points))
            found.append(np.stack([np.interp(places, range(len(points)), points[:, i]) for i in (0, 1)], axis=1))
    return found


def _beside(end: tuple[float, float], size: tuple[float, float], lines: Sequence[np.ndarray[Any, Any]]) -> Box | None:
    """Find room for a name near a line's end: right of it or left, at its height or a little off; None where there is none."""
    (x, y), (wide, tall) = end, size
    for left in (x + _NEAR, x - _NEAR - wide):
        for off in _OFF:
            up = y + off * tall
            box = (left, left + wide, up - tall / 2, up + tall / 2)
            inside = box[0] > 0 and box[1] < 1 and box[2] > 0 and box[3] < 1
            if inside and not any(_crosses(box, points) for points in lines):
                return box
    return None


def _crosses(box: Box, points: np.ndarray[Any, Any]) -> bool:
    across = (points[:, 0] > box[0]) & (points[:, 0] < box[1])
    return bool((across & (points[:, 1] > box[2]) & (points[:, 1] < box[3])).any())


def _led(axes: Axes, name: str, point: tuple[float, float], place: tuple[float, float], style: Style) -> None:
    """Write a name at a place of the axes, with a thin line from the point that it names."""
    arrow: dict[str, Any] = {
        "arrowstyle": "-",
        "color": style.color,
        "lw": 0.7,
        "patchA": None,  # else a steep line would end above or below its name
        "shrinkA": 2,
        "shrinkB": 4,
        "relpos": (0, 0.5),
    }
    axes.annotate(
        name, point, place, "data", "axes fraction",
        arrowprops=arrow, va="center", ha="left", color=INK, fontsize=_POINTS, annotation_clip=False,
    )  # fmt: skip
