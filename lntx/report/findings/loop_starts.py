"""From which epoch on the slow starts of a loop's ways have paid."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.analysis.breakeven import Start, pays_from
from lntx.report.analysis.loops import loops, starts
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
            words = units.listing([_pays(one, found) for one, found in zip(slow, crossings, strict=True)])
            text = f"Of {loop.name}, slow starts pay against {base.backend}{looked(crossings)}: {words}."
            costs = [f"{one.backend} {units.seconds(one.start)}" for one in sorted(known.values(), key=_start)]
            detail = (
                f"Before the first epoch they take: {units.listing(costs)}. Extrapolated from cold and steady epochs."
            )
            yield Finding(text, detail, loop.picture("loops"))


def _start(one: Start) -> float:
    return one.start


def _pays(slow: Start, found: Interval | None) -> str:
    return (
        f"{slow.backend} {hedged(found)}from epoch {units.epochs(found.center)}" if found else f"{slow.backend} never"
    )
