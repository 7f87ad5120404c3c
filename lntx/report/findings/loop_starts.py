"""From which epoch on the slow starts of a loop's ways have paid."""

from collections.abc import Iterator, Sequence

from lntx.report import units
from lntx.report.analysis.breakeven import Start, pays_from
from lntx.report.analysis.loops import Loop, loops, starts
from lntx.report.analysis.starting import before_the_first, never_pays
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.intervals import Interval
from lntx.report.phrases import hedged, looked

ORDER = 31
TOPIC = "What starting costs"


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each loop with a way whose cold start costs a notable part of the whole."""
    for loop in loops(frames):
        known = starts(frames, loop)
        base = known.get(loop.baseline)
        others = [one for one in known.values() if one is not base and one.notable]
        slow = sorted((one for one in others if base and one.start > base.start), key=lambda one: one.epoch)
        if base and slow:
            crossings = [pays_from(one, base) for one in slow]
            costs = before_the_first(known.values(), lambda one: one.backend)
            detail = f"Before the first epoch they take: {costs}. Extrapolated from cold and steady epochs."
            yield Finding(_text(loop, base, slow, crossings), detail, loop.picture("loops"))


def _text(loop: Loop, base: Start, slow: Sequence[Start], crossings: Sequence[Interval | None]) -> str:
    if not any(crossings):
        return f"Of {loop.name}, {never_pays(base.backend, slow, [one.backend for one in slow])}."
    words = units.listing([_pays(one, found) for one, found in zip(slow, crossings, strict=True)])
    return f"Of {loop.name}, slow starts pay against {base.backend}{looked(crossings)}: {words}."


def _pays(slow: Start, found: Interval | None) -> str:
    return (
        f"{slow.backend} {hedged(found)}from epoch {units.epochs(found.center)}" if found else f"{slow.backend} never"
    )
