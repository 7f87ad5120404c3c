"""Which machines a merged study comes from, and that none of their times are held against each other."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 4
TOPIC = "Whether to trust this"
TOGETHER = True


def find(frames: Frames) -> Iterator[Finding]:
    """Name the machines of a merged study, with the cells that each timed; warn of shards that nobody measured."""
    if frames.lost:
        yield Finding(
            f"Shards are missing: {frames.lost}.",
            "What they were to time stands nowhere here; lntx merge takes them later, too.",
            kind="warning",
        )
    if not frames.machines:
        return
    counted = frames.cells["study"].value_counts()
    each = [
        f"{name} ({units.plural(int(counted.get(label, 0)), 'cell')}, called {label})"
        for label, name in frames.machines.items()
    ]
    yield Finding(
        f"This study was merged from {len(each)} machines: {units.listing(each)}.",
        "What is said of times holds on one machine, the one that is named there; what is held against another says so: across "
        "machines.",
        kind="note",
    )
