"""Names that stand several times in one file."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.names import printable

ORDER = 62
TOPIC = "Whether to trust this"
TOGETHER = True
_TOLD = 10


def find(frames: Frames) -> Iterator[Finding]:
    """Say which names stand several times, and what was made of that."""
    if not frames.notes:
        return
    count = len(frames.notes)
    text = f"{count:,} {'name stands' if count == 1 else 'names stand'} several times in one file, for different benchmarks."
    told = [units.sentence(printable(note)) for note in frames.notes[:_TOLD]]
    more = [f"So do {count - _TOLD:,} more."] if count > _TOLD else []
    yield Finding(text, " ".join([*told, *more]), kind="note")
