"""Where times changed level over several studies."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.analysis.trend import ENOUGH, trend
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 4
TOPIC = "What changed"
TOGETHER = True


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each suite with a change, and one where there is none."""
    found = trend(frames)
    if found.empty:
        return
    changed = found[found["change"].astype(bool)]
    for suite, part in changed.groupby("suite", sort=False):
        words = [f"{row.backend} at {row.study} (to {units.digits(row.ratio)} times the first)" for row in each(part)]
        text = f"Along {units.clean(suite)}, times reach a new level: {units.listing(words)}."
        yield Finding(text, "By change points (PELT) on the logarithms of each backend's times.", "trend")
    if changed.empty:
        count = found["study"].nunique()
        if count < ENOUGH:
            text = f"{count} studies are too few to look for new levels: that takes {ENOUGH}."
            yield Finding(text, "", "trend", "note")
            return
        yield Finding(
            f"Over {count} studies no backend's time changes level.", "By change points (PELT).", "trend", "note"
        )
