"""Which backends changed what belongs to the whole process, such as the working directory."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 4
TOPIC = "Whether to trust this"


def find(frames: Frames) -> Iterator[Finding]:
    """Name every backend that changed its surroundings, and what: a training elsewhere would find them changed."""
    for backend, part in frames.cells[frames.cells["changed"] != ""].groupby("backend"):
        names = dict.fromkeys(name for text in part["changed"] for name in text.split("; "))
        yield Finding(
            f"{backend} changes {units.listing(list(names))} in {units.plural(len(part), 'cell')}.",
            "It was put back each time, so that no other cell is concerned; in a program of your own it would not be.",
            kind="warning",
        )
