"""Names that stand several times in one file."""

from collections.abc import Iterator

from lntx.escaping import printable
from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 62
TOPIC = "Whether to trust this"
TOGETHER = True


def find(frames: Frames) -> Iterator[Finding]:
    """Say which names stand several times, and what was made of that."""
    if frames.notes:
        told = " ".join(units.sentence(printable(note)) for note in frames.notes)
        yield Finding(
            "A name that stands several times in one file is told as different benchmarks.", told, kind="note"
        )
