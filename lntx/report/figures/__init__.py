"""The pictures of studies: a family as `lntx.report.drawing.picture` describes it, made from frames, drawn in the series' styles.

A file here has `TOPIC`, one of those that findings have, and `SUITES`: those that it alone has to show, so that `other` passes
over them.
"""

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

from lntx.report.document import Picture
from lntx.report.drawing import picture
from lntx.report.drawing.picture import Watch
from lntx.report.drawing.style import Styles, styles
from lntx.report.frames import Frames


def pictures(frames: Frames, watch: Watch = lambda _done, _whole: None) -> Iterator[Picture]:
    """Draw every picture for which there are data, in the order of the page; watch hears how far that is."""
    sheets = modules()
    shown = frozenset(suite for sheet in sheets for suite in sheet.SUITES)
    yield from picture.pictures(sheets, replace(frames, shown=shown), styles_of(frames), watch)


def modules() -> list[ModuleType]:
    """Find the figure files of this folder, in the order of the page."""
    return picture.family(__name__, __path__)


def styles_of(frames: Frames) -> Styles:
    """Give one style to each series, the same on every picture of a report."""
    backends = {*frames.cells["backend"], *frames.checkpoints["backend"]}
    return styles(zip(frames.cells["series"], frames.cells["backend"], strict=True), backends)
