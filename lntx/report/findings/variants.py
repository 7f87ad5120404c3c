"""Which variant of a backend is the one to take: cold, in its steady state, and where they change places."""

from collections.abc import Iterator
from itertools import groupby

import pandas as pd

from lntx.record import LINEAR
from lntx.report import settings, units
from lntx.report.analysis.breakeven import Start, pays_from, starts
from lntx.report.analysis.starting import started
from lntx.report.document import Finding
from lntx.report.findings.winners import along
from lntx.report.frames import Frames
from lntx.report.phrases import hedged, tag

ORDER = 25
TOPIC = "Which is fastest"
_SEPARATOR = ":"


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each backend of which several variants were measured, in each place."""
    found = [start for start in starts(frames) if _several(frames, start.backend)]
    for (family, *_), group in groupby(sorted(found, key=_place), key=_place):
        members = list(group)
        if len(members) > 1:
            yield _finding(frames, str(family), members)


def _base(backend: str) -> str:
    return backend.partition(_SEPARATOR)[0]


def _several(frames: Frames, backend: str) -> bool:
    names = {name for name in frames.cells["backend"] if _base(name) == _base(backend)}
    return len(names) > 1 and any(_SEPARATOR in name for name in names)


def _place(start: Start) -> tuple[str, ...]:
    return (_base(start.backend), start.work, start.study, start.device, start.dtype, str(start.threads))


def _finding(frames: Frames, family: str, members: list[Start]) -> Finding:
    soonest, quickest = min(members, key=lambda s: s.start), min(members, key=lambda s: s.epoch)
    first = f"Of {units.plural(len(members), 'variant')} of {family}{tag(members[0].work)}"
    if soonest is quickest:
        text = f"{first}, {quickest.series} both starts soonest and has the fastest epoch."
    else:
        text = f"{first}, {soonest.series} starts soonest, {quickest.series} has the fastest epoch: {_met(quickest, soonest)}."
    rows = [
        f"{member.series} {started(member)} and {units.seconds(member.epoch)}"
        for member in sorted(members, key=lambda start: start.after(start.epochs))
    ]
    detail = f"From cold before the first epoch, and then an epoch, the soonest done first: {units.listing(rows)}."
    return Finding(text, " ".join([detail, *_sizes(frames, members)]), "first_call")


def _met(quickest: Start, soonest: Start) -> str:
    crossing = pays_from(quickest, soonest)
    if crossing is None or crossing.center <= 1:
        return "it is ahead from the first epoch on"
    bounds = f" {units.span(crossing)}" if crossing.known else ""
    return f"it is {hedged(crossing)}ahead from epoch {crossing.center:,.0f} on{bounds} (extrapolated)"


def _sizes(frames: Frames, members: list[Start]) -> Iterator[str]:
    """Say of each suite that goes along a size which variant is fastest where, in the steady state."""
    here = members[0]
    linear = frames.cells[frames.cells["model"] == LINEAR]  # loops have ways of the same names
    cells = linear[(linear["phase"] == "run") & linear["backend"].isin([m.backend for m in members])]
    for name in ("study", "device", "dtype", "threads", "work"):
        cells = cells[cells[name] == getattr(here, name)]
    for suite, part in cells.groupby("suite", sort=False):
        if axis := settings.axis_of(part):
            for setting, line in part.assign(setting=settings.picture(part, axis)).groupby("setting", sort=False):
                words = along(frames, pd.DataFrame(line), axis)
                if words:
                    yield f"Along {suite}{f' ({setting!s})' if setting else ''} {words}."
