"""What is missing, and why."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.document import Finding
from lntx.report.frames import Frames

ORDER = 60
TOPIC = "Whether to trust this"
_WORDS = {
    "refused": "refused",
    "failed": "failed",
    "timeout": "ran out of time",
    "void": "was faster than this machine can be, and is given no time,",
}


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each backend and kind of absence; those that disagree have their own."""
    gaps = frames.absences[frames.absences["kind"] != "disagrees"]
    for (backend, kind), part in gaps.groupby(["backend", "kind"]):
        reasons = list(dict.fromkeys(part["reason"]))
        others = len(reasons) - 1
        more = f" {units.plural(others, 'other reason')} {'is' if others == 1 else 'are'} below." if others else ""
        suites = units.listing(sorted(set(part["suite"])))
        text = f"{backend} {_WORDS.get(str(kind), str(kind))} in {units.plural(len(part), 'cell')} ({suites})."
        yield Finding(text, f"{units.sentence(str(reasons[0]), frames.called)}{more}", kind="note")
    if frames.cells.empty and frames.foreign.empty:
        yield Finding("There are no times in this study.", "Nothing was measured, or nothing agreed.", kind="warning")
