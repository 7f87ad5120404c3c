"""Cells whose processes differ so much that their time says little."""

from collections.abc import Iterator

from lntx.report import settings, units
from lntx.report.document import Finding
from lntx.report.findings.neighbours import loud
from lntx.report.frames import Frames
from lntx.report.rows import each

ORDER = 72
TOPIC = "Whether to trust this"
_WIDE = 4.0
"""From the interval's lower bound to its upper, as a factor."""
_NAMED = 4


def find(frames: Frames) -> Iterator[Finding]:
    """Count the cells whose interval is that wide, and name the widest."""
    known = frames.cells[frames.cells["low"].notna() & frames.cells["high"].notna()]
    wide = known.assign(width=known["high"].astype(float) / known["low"].astype(float))
    wide = wide[wide["width"] > _WIDE].sort_values("width", ascending=False, kind="stable")
    if wide.empty:
        return
    are = "is" if len(wide) == 1 else "are"
    text = (
        f"{len(wide)} of {units.plural(len(known), 'time')} with an interval {are} too uncertain to rest anything on: "
    )
    text += "from process to process they differ so much that the upper end of the interval is "
    text += f"more than {_WIDE:g} times the lower."
    words = [f"{row.series} in {row.suite}, {settings.shape(row)}" for row in each(wide.head(_NAMED))]
    more = f" and {len(wide) - _NAMED} more" if len(wide) > _NAMED else ""
    disturbed = len(loud(wide))
    beside = f" Others were at work beside {disturbed} of them." if disturbed else ""
    advice = "Measure again, on a quieter machine or with a profile of more processes."
    yield Finding(text, f"The widest: {'; '.join(words)}{more}.{beside} {advice}", kind="note")
