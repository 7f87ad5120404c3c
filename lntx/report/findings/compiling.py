"""From which epoch on a slow start pays."""

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from lntx.report import units
from lntx.report.analysis import shape_grid
from lntx.report.analysis.breakeven import Start, pays_from, starts
from lntx.report.analysis.starting import before_the_first, never_pays, started
from lntx.report.document import Finding
from lntx.report.frames import BASELINE, Frames
from lntx.report.phrases import hedged, looked, tag
from lntx.report.rows import each

ORDER = 30
TOPIC = "What starting costs"
PEERS = (BASELINE, "manual")
_FEW = 3
_ASSUMED = (
    "An epoch is one step here. Extrapolated: the start is taken to be that of the tutorial's cold call for each shape."
)


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each backend whose cold start costs a notable part of the whole, and one for other shapes."""
    yield from _tutorial(frames)
    yield from _shapes(frames)


def _shapes(frames: Frames) -> Iterator[Finding]:
    """Say for what compiles its steps from which epoch on that pays at other shapes of the data."""
    found = shape_grid.crossings(frames)
    for series, part in found[found["work"] == "steps"].groupby("series", sort=False):
        paying = part[part["pays_from_epoch"].notna()].sort_values("pays_from_epoch", kind="stable")
        several = int(frames.cells["processes"].max()) > 1  # one alone gives no interval
        unsure = paying[(paying["pays_from_epoch"] > 1) & paying["low"].isna()] if several else paying.head(0)
        paying = paying.drop(unsure.index)
        never = int(part["pays_from_epoch"].isna().sum())
        text = f"In full batches, {series}'s slow start {_when(paying, len(part), never)}."
        more = f"At {units.plural(len(unsure), 'shape')} not every process says so. " if len(unsure) else ""
        own, other = (units.seconds(float(part[name].median())) for name in ("start_s", "eager_start_s"))
        cold = f"Before the first epoch it takes {own}, {BASELINE} {other}. "
        yield Finding(text, f"{_ends(paying)}{more}{cold}{_ASSUMED}", f"breakeven-{part['backend'].iloc[0]}")


def _ends(paying: pd.DataFrame) -> str:
    """Return the soonest and the latest with their bounds, where it doesn't pay at once; the map has all."""
    rows = [row for row in each(paying) if row.pays_from_epoch > 1]
    ends = dict.fromkeys([_at(rows[0]), _at(rows[-1])]) if rows else {}
    return f"{units.sentence(units.listing([*ends]))} The map has every shape. " if ends else ""


def _when(paying: pd.DataFrame, count: int, nowhere: int) -> str:
    """Return over which epochs it pays, the soonest and the latest shape named."""
    shapes = units.plural(count, "shape")
    if paying.empty:
        return f"pays at none of {shapes} against {BASELINE} for sure"
    (soonest, *_), latest = each(paying), each(paying)[-1]
    never = f"; it never does at {units.plural(nowhere, 'shape')}" if nowhere else ""
    if latest.pays_from_epoch <= 1:
        return (
            f"costs nothing against {BASELINE}: it is ahead from the first epoch on at {len(paying)} of {shapes}{never}"
        )
    first, last = (f"epoch {_epoch(row)} on at {_shape(row)}" for row in (soonest, latest))
    span = f"from {first}" if len(paying) == 1 else f"from {first} to {last}"
    return f"pays against {BASELINE} {span}{never}"


def _at(row: Any) -> str:
    known = row.low is not None and not math.isnan(row.low)
    bounds = f" ({units.epochs(row.low)} to {units.epochs(row.high)})" if known else ""
    return f"at {_shape(row)} from epoch {_epoch(row)}{bounds}"


def _epoch(row: Any) -> str:
    return units.epochs(row.pays_from_epoch)


def _shape(row: Any) -> str:
    return f"{row.samples:,} {units.TIMES} {row.features:,}"


def _tutorial(frames: Frames) -> Iterator[Finding]:
    found = starts(frames)
    slow = [start for start in found if start.notable and start.backend not in PEERS]
    pairs = [(start, [peer for name in PEERS if (peer := start.peer(found, name))]) for start in slow]
    if len(slow) > _FEW:
        yield _all(found, slow)
    else:
        yield from (_finding(start, peers) for start, peers in pairs if peers)


def _all(found: list[Start], slow: list[Start]) -> Finding:
    """Gather many starts into one finding, a sentence for each peer."""
    sentences: list[str] = []
    for name in PEERS:
        pairs = [(start, pays_from(start, peer)) for start in slow if (peer := start.peer(found, name))]
        pays = sorted(((one.center, start.series, hedged(one)) for start, one in pairs if one))
        words = [f"{series} {perhaps}from epoch {max(epoch, 1):,.0f}" for epoch, series, perhaps in pays]
        words += [f"{start.series} never" for start, crossing in pairs if not crossing]
        if words and not pays:
            slower = [start for start, _ in pairs]
            nobody = never_pays(name, slower, [start.series for start in slower])
            sentences.append(units.sentence(nobody if sentences else f"on the tutorial, {nobody}"))
        elif words:
            against = "On the tutorial, slow starts pay against"
            if sentences:
                against = "Against" if " slow starts pay" in sentences[-1] else "Slow starts pay against"
            once = looked(crossing for _, crossing in pairs)
            sentences.append(f"{against} {name}{once}: {units.listing(words)}.")
    costs = before_the_first(found, lambda start: start.series)
    note = (
        f"Before the first epoch they take: {costs}. The crossings are extrapolated from cold calls and steady epochs."
    )
    return Finding(sentences[0] if sentences else note, " ".join([*sentences[1:], note]), "first_call")


def _finding(start: Start, peers: list[Start]) -> Finding:
    text = f"{start.series}'s slow start {units.listing([_against(start, peer) for peer in peers])}."
    before, epoch = started(start), units.seconds(start.epoch)
    cold = f"From cold it takes {before} before the first epoch, then {epoch} an epoch"
    rest = [f"{peer.series} {started(peer)} and {units.seconds(peer.epoch)}" for peer in peers]
    intervals = [_bounds(start, peer) for peer in peers]
    known = " ".join(sentence for sentence in intervals if sentence)
    detail = f"{cold}; {units.listing(rest)}. The crossings are extrapolated from cold calls and steady epochs. {known}"
    return Finding(text, detail.rstrip(), "first_call")


def _against(start: Start, peer: Start) -> str:
    found, name = pays_from(start, peer), f"{peer.series}{tag(start.work)}"
    if found is None:
        return f"never pays against {name}"
    if found.center <= 1:
        return f"pays from the first epoch against {name}"
    return f"{hedged(found)}pays from epoch {found.center:,.0f} on{looked([found])} against {name}"


def _bounds(start: Start, peer: Start) -> str:
    found = pays_from(start, peer)
    if found is None or found.center <= 1:
        return ""
    return f"Against {peer.series}: epoch {found.center:,.0f} {units.span(found)}."
