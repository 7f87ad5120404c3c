"""A finished picture: what was drawn, as SVG and PNG, with its words and its numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

import pandas as pd
from matplotlib.figure import Figure

from lntx.report.drawing.style import styled

_DPI = 200


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A finished picture: `figure` is the stem of its file, `name` the stem of what is written."""

    figure: str
    name: str
    title: str
    caption: str
    setting: str
    alt: str
    frame: pd.DataFrame
    svg: str
    png: bytes


def drawn(draw: Callable[[Figure], None]) -> tuple[str, bytes]:
    """Draw on an empty figure in the house's style; give it as SVG and PNG."""
    with styled():
        figure = Figure()
        draw(figure)
        vector, raster = BytesIO(), BytesIO()
        # Neither the date nor the version of a library belongs into the picture of the same records.
        figure.savefig(vector, format="svg", metadata={"Date": None, "Creator": None})
        figure.savefig(raster, format="png", dpi=_DPI, metadata={"Software": None})
    return vector.getvalue().decode(), raster.getvalue()


def files(pictures: Iterable[Picture]) -> dict[str, bytes]:
    """Give what is written of some pictures, by path."""
    found: dict[str, bytes] = {}
    for picture in pictures:
        found[f"figures/{picture.name}.svg"] = picture.svg.encode()
        found[f"figures/{picture.name}.png"] = picture.png
    return found
