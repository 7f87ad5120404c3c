"""The pictures of a gate: where each ratio lies, and what its interval is made of.

A file's docstring is its title and caption; `frames` parts a result into one frame a picture, `setting` says what holds
for all of them, `draw` puts a frame on a figure, `alt` says it in words.
"""

import inspect
from collections.abc import Iterator
from types import ModuleType

import pandas as pd

from lntx.report import units
from lntx.report.document import Picture
from lntx.report.drawing.picture import drawn
from lntx.report.gate.figures import forest, pairs
from lntx.result import GateResult


def pictures(result: GateResult) -> Iterator[Picture]:
    """Draw all pictures for which there are data, in the order of the page."""
    for sheet in (forest, pairs):
        parts = sheet.frames(result)
        for number, frame in enumerate(parts, 1):
            yield _picture(sheet, frame, result, number, len(parts))


def _picture(sheet: ModuleType, frame: pd.DataFrame, result: GateResult, number: int, count: int) -> Picture:
    stem = sheet.__name__.rpartition(".")[2]
    title, _, caption = inspect.cleandoc(sheet.__doc__ or "").partition("\n")
    svg, png = drawn(lambda figure: sheet.draw(frame, figure, result))
    return Picture(
        figure=stem,
        name=stem if number == 1 else f"{stem}-{number}",
        title=title.rstrip(".") + (f", {number} of {count}" if count > 1 else ""),
        caption=" ".join(caption.split()) if number == 1 else "",
        setting=sheet.setting(result) if number == 1 else "",
        alt=units.clean(sheet.alt(frame), 4 * units.LONG),
        frame=frame,
        svg=svg,
        png=png,
    )
