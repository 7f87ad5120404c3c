"""From which epoch on a slow start pays."""

from collections.abc import Iterator

from lntx.report import units
from lntx.report.breakeven import Start, pays_from, starts
from lntx.report.findings import Finding
from lntx.report.findings.comparing import tag
from lntx.report.frames import BASELINE, Frames

PLACE = 30
PEERS = (BASELINE, "manual")
_FEW = 3


def find(frames: Frames) -> Iterator[Finding]:
    """Yield one finding for each backend whose cold start costs a notable part of the whole."""
    found = starts(frames)
    slow = [start for start in found if start.notable and start.backend not in PEERS]
    pairs = [(start, [peer for name in PEERS if (peer := start.peer(found, name))]) for start in slow]
    if len(slow) > _FEW:
        yield _all(found, slow)
    else:
        yield from (_finding(start, peers) for start, peers in pairs if peers)


def _all(found: list[Start], slow: list[Start]) -> Finding:
    """Gather many starts into one finding, a sentence for each peer."""
    sentences = []
    for name in PEERS:
        pairs = [(start, peer) for start in slow if (peer := start.peer(found, name))]
        words = [_brief(start, peer) for start, peer in pairs]
        sentences += [f"Against {name}, slow starts pay from these epochs on: {units.listing(words)}."] if words else []
    note = "The crossings are extrapolated from cold calls and steady epochs."
    return Finding(sentences[0] if sentences else note, " ".join([*sentences[1:], note]), "first_call")


def _brief(start: Start, peer: Start) -> str:
    crossing = pays_from(start, peer)
    if crossing is None:
        return f"{start.series} never{tag(start.work)}"
    return f"{start.series} {max(crossing.center, 1):,.0f}{tag(start.work)}"


def _finding(start: Start, peers: list[Start]) -> Finding:
    text = f"{start.series}'s slow start {units.listing([_against(start, peer) for peer in peers])}."
    before, epoch = units.seconds(start.start), units.seconds(start.epoch)
    cold = f"From cold it takes {before} before the first epoch, then {epoch} an epoch"
    rest = [f"{peer.series} {units.seconds(peer.start)} and {units.seconds(peer.epoch)}" for peer in peers]
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
    return f"pays from epoch {found.center:,.0f} on against {name}"


def _bounds(start: Start, peer: Start) -> str:
    found = pays_from(start, peer)
    if found is None or found.center <= 1:
        return ""
    return f"Against {peer.series}: epoch {found.center:,.0f} {units.span(found)}."
