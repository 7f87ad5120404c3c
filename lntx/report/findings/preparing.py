"""Which backends train while they prepare: that time was added to the call's."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 2
TOPIC = "Whether to trust this"


def find(frames: Frames) -> Iterator[Finding]:
    """Name every backend whose preparation takes longer for more epochs."""
    grown = frames.cells[frames.cells["prepare_grown_s"] > 0]
    for backend, part in grown.groupby("backend"):
        most = part.sort_values("prepare_grown_s", kind="stable").iloc[-1]
        yield Finding(
            f"{backend} trains while it prepares, in {units.plural(len(part), 'cell')}: that time is counted into the call's.",
            f"Preparing takes longer for more epochs, by up to {units.seconds(most['prepare_grown_s'])}.",
            "agreement",
            "warning",
        )
