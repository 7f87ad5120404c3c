"""The pictures of a gate: a family as `lntx.report.drawing.picture` describes it, made from a result and drawn with it."""

from collections.abc import Iterator

from lntx.report.document import Picture
from lntx.report.drawing import picture
from lntx.result import GateResult


def pictures(result: GateResult) -> Iterator[Picture]:
    """Draw all pictures for which there are data, in the order of the page."""
    yield from picture.pictures(picture.family(__name__, __path__), result, result)
