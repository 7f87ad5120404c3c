"""The answer of a study of loops: what to do, from when on that pays, and when not."""

from collections.abc import Iterator, Sequence

from lntx.report import units
from lntx.report.analysis.breakeven import Start
from lntx.report.analysis.loops import Choice, Loop, choice, loops, starts, worded
from lntx.report.analysis.starting import started
from lntx.report.document import Card, Finding
from lntx.report.frames import Frames

_MORE = 2


def answer(findings: Sequence[Finding]) -> Finding | None:
    """Return the first of what was found to do."""
    return next(iter(_answers(findings)), None)


def _answers(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.source == "loops"]


def cards(frames: Frames, findings: Sequence[Finding]) -> tuple[Card, Card]:
    """Say what to take, and when not; of several loops, of the first."""
    found = next(loops(frames))
    chosen = choice(frames, found, found.points[-1])
    more = [finding.text for finding in _answers(findings)[1 : _MORE + 1]]
    return (
        Card("What to take", (*(_taking(found, chosen) if chosen else ()), *more)),
        Card("When not", tuple(_not(frames, findings, found, chosen))),
    )


def _taking(loop: Loop, chosen: Choice) -> Iterator[str]:
    best = chosen.best
    base = next((cell for cell in loop.at(chosen.value) if cell.backend == loop.baseline), None)
    instead = f" instead of {units.seconds(base.unit_s)}" if base and base.cell != best.cell else ""
    where = f" at {worded(loop, chosen.value)}" if loop.axis else ""
    yield f"{best.backend}: {units.seconds(best.unit_s)} an epoch{instead}{where}, once warm."


def _not(frames: Frames, findings: Sequence[Finding], loop: Loop, chosen: Choice | None) -> Iterator[str]:
    known = starts(frames, loop)
    if chosen and (own := known.get(chosen.best.backend)) and (base := known.get(loop.baseline)) and own is not base:
        yield _cold(chosen, own, base)
    told = {finding.source: finding.text for finding in reversed(findings)}
    yield from (told[source] for source in ("loop_steps",) * loop.on_gpu + ("absences",) if source in told)


def _cold(chosen: Choice, own: Start, base: Start) -> str:
    took = f"From cold, {own.backend} takes {started(own)} before its first epoch, {base.backend} {started(base)}"
    if chosen.pays is None:
        return f"{took}, which never pays."
    if chosen.pays.center <= 1:
        return f"{took}; it is ahead from the first on."
    return f"{took}: for fewer than {units.epochs(chosen.pays.center)} epochs keep {base.backend} (extrapolated)."
