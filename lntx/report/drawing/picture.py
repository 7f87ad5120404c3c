"""From a function that draws to a picture's bytes, as SVG and PNG, and to the files that hold them."""

from collections.abc import Callable, Iterable
from io import BytesIO

from matplotlib.figure import Figure

from lntx.report.document import Picture
from lntx.report.drawing.style import styled

_DPI = 200


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
