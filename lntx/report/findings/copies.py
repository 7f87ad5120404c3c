"""Whether the same records were given more than once."""

from collections.abc import Iterator

from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 5
TOPIC = "Whether to trust this"
TOGETHER = True


def find(frames: Frames) -> Iterator[Finding]:
    """Warn of studies that were left out, as another one holds all their times."""
    if frames.copies:
        count = "One study was" if frames.copies == 1 else f"{frames.copies:,} studies were"
        text = f"{count} left out: the same times were given twice."
        yield Finding(text, "A copy is no further process; pass each results file once.", kind="warning")
