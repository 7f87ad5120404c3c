"""What to do with a loop: which way to take, from which epoch on it pays, and whether it is the same training."""

from collections.abc import Iterator

from lntx.record import LINEAR
from lntx.report import units
from lntx.report.analysis.loops import Choice, Loop, choice, loops, starts, worded
from lntx.report.analysis.starting import before_the_first
from lntx.report.document import Finding
from lntx.report.frames import Frames
from lntx.report.phrases import FIRST_LOOK, SO_FAR, ratio, told_apart

ORDER = 3
TOPIC = "What to do"
_DOING = {
    "compiled": "compile the model",
    "compiled:step": "compile the step",
    "cudagraph": "capture the step as a CUDA graph",
    "foreach": "take torch's foreach optimizer",
    "fused": "take torch's fused optimizer",
}
"""What to do for each of the ways that come for free."""


def find(frames: Frames) -> Iterator[Finding]:
    """Yield the answer for each loop."""
    found = list(loops(frames))
    others = bool((frames.cells["model"] == LINEAR).any())
    for loop in found:
        yield from _answers(frames, loop, named=others or len(found) > 1)


def doing(way: str) -> str:
    """Say what somebody does who takes a way."""
    return _DOING.get(way, f"take {way}")


def _answers(frames: Frames, loop: Loop, *, named: bool) -> Iterator[Finding]:
    """Yield one sentence for what to do; along an axis one for each stretch with the same answer."""
    choices = [found for value in loop.points if (found := choice(frames, loop, value))]
    where = f"{loop.name} on {loop.place}: " if named else ""
    for stretch in _stretches(choices):
        first, last = stretch[0], stretch[-1]
        at = _span(loop, stretch) if len(loop.points) > 1 else ""
        said = ", ".join(filter(None, [SO_FAR * frames.partial, at, _said(loop, first, last)]))
        text = units.sentence(f"{where}{said}; {_agreement(loop)}", frames.called)
        yield Finding(text, " ".join(_details(frames, loop, stretch)), loop.picture("loop_ladder"))


def _stretches(choices: list[Choice]) -> list[list[Choice]]:
    """Part choices along the axis into stretches of the same way."""
    found: list[list[Choice]] = []
    for one in choices:
        if found and found[-1][-1].best.backend == one.best.backend:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _span(loop: Loop, stretch: list[Choice]) -> str:
    """Say over which places on the axis an answer holds."""
    first, last = stretch[0], stretch[-1]
    if first is last:
        return f"at {worded(loop, first.value)}"
    noun = loop.axis.replace("_", " ")
    if isinstance(first.value, str):
        return f"at {noun} {units.listing([str(one.value) for one in stretch])}"
    return f"from {worded(loop, first.value)} to {worded(loop, last.value).removeprefix(noun).strip()}"


def _said(loop: Loop, first: Choice, last: Choice) -> str:
    if first.speedup is None or last.speedup is None:
        several = len({cell.backend for cell in loop.at(first.value)}) > 1
        sure = " for sure" if first.best.processes > 1 else f", {FIRST_LOOK}"
        why = f"no other way is faster{sure}" if several else "no other way was measured"
        return f"keep {loop.baseline}: {why}"
    ends = list(dict.fromkeys(units.digits(one.speedup.center, 2) for one in (first, last) if one.speedup))
    fast = f"{' to '.join(ends)} times as fast as {loop.baseline}"
    look = "" if first.speedup.known and last.speedup.known else f", {FIRST_LOOK}"
    if _late(first, last):
        kept = f"keep {loop.baseline} for {units.plural(int(first.best.epochs), 'epoch')}"
        return f"{kept}: to {doing(first.best.backend)} is {fast}{look}, but only{_from(loop, first, last)}"
    return f"{doing(first.best.backend)}: {fast}{look and f'{look},'}{_from(loop, first, last)}"


def _late(first: Choice, last: Choice) -> bool:
    """Whether a choice pays only after as many epochs as a training has."""
    if not (first.known_start and last.known_start) or first.pays is None or last.pays is None:
        return False
    return min(first.pays.center, last.pays.center) > max(int(first.best.epochs), 1)


def _from(loop: Loop, first: Choice, last: Choice) -> str:
    """Say from which epoch on a choice pays; along an axis for both ends."""
    if not (first.known_start and last.known_start):
        return " once it is warm"
    if first.pays is None or last.pays is None:
        return " once it is warm, which doesn't pay for its start"
    one, other = (units.epochs(found.center) for found in (first.pays, last.pays))
    if max(first.pays.center, last.pays.center) <= 1:
        return " from the first epoch on"
    if one == other:
        return f" from epoch {one} on"
    return f" from epoch {one} on at {worded(loop, first.value)}, {other} at {worded(loop, last.value)}"


def _agreement(loop: Loop) -> str:
    """Say whether the weights of all ways agree."""
    wrong = sorted(set(loop.absences[loop.absences["kind"] == "disagrees"]["backend"]))
    if wrong:
        return f"the weights of {units.listing(wrong)} are not those of {loop.baseline}"
    several = loop.steady["backend"].nunique() > 1
    return "the weights agree" if several else "its weights are proved"


def _details(frames: Frames, loop: Loop, stretch: list[Choice]) -> Iterator[str]:
    """Yield intervals, the next best, and what starting takes."""
    for one in (stretch[0], stretch[-1])[: len(stretch)]:
        at = f"At {worded(loop, one.value)}" if len(loop.points) > 1 else f"Against {loop.baseline}"
        epoch = f"{units.seconds(one.best.unit_s)} an epoch"
        yield f"{at} it is {ratio(one.speedup)}, {epoch}." if one.speedup else f"{at}, {epoch}."
        if one.pays is not None and one.pays.known and one.pays.center > 1:
            yield f"The epoch from which on it pays: {units.epochs(one.pays.center)} {units.span(one.pays)}, extrapolated."
        if second := _second(frames, loop, one):
            yield second
    if known := starts(frames, loop).values():
        yield f"Before the first epoch, from cold: {before_the_first(known, lambda start: start.backend)}."


def _second(frames: Frames, loop: Loop, one: Choice) -> str:
    others = [cell for cell in loop.at(one.value) if cell.cell != one.best.cell]
    if not others or others[0].backend == loop.baseline or one.speedup is None:
        return ""
    found = frames.ratio(others[0].cell, one.best.cell)
    if not told_apart(found):
        return f"It can't be told apart from {others[0].backend} {units.span(found)}."
    return f"Next is {others[0].backend}: {one.best.backend} is {ratio(found)}."
