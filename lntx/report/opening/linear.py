"""The answer of a study of the linear model: which backend to take, how much faster it is, and when not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from lntx.report import settings, units
from lntx.report.analysis.breakeven import pays_from, starts
from lntx.report.analysis.choosers import without_echoes
from lntx.report.analysis.headline import TUTORIAL, headline, of_one_place
from lntx.report.analysis.starting import started
from lntx.report.document import Card, Finding
from lntx.report.frames import BASELINE, CHOOSER, THREADS, Frames
from lntx.report.phrases import FIRST_LOOK, SO_FAR, WAYS, told_apart
from lntx.report.rows import each

_SAME = ["problem", "samples", "features", "outputs", "batch_size"]
_NAME = 40  # letters of a name
_FEW = 2
_DOES = {"steps": "does every step", "algebra": "goes by algebra", "solution": "solves for the optimum"}


def answer(frames: Frames) -> str:
    """Return the sentence; empty where nothing was trained."""
    ranked = _ranked(frames)
    if not ranked:
        return ""
    best, *others = ranked
    what = "the tutorial" if best.suite == TUTORIAL else f"{settings.shape(best)} in {_batches(best)}"
    where = f" on {best.device}" if len(set(headline(frames.ways)["device"])) > 1 else ""
    trains = f"trains {what}{where} in {_time(best)}"
    early = f"{SO_FAR}, " * frames.partial
    if not others:
        return units.begun(f"{early}{_named(best)} {trains}; nothing else of its kind was measured.", {_named(best)})
    if best.backend == best.baseline:
        look = f", {FIRST_LOOK}" if best.processes == 1 else ""
        kept = f"{early}keep {_named(best)}: it {trains}"
        return units.begun(f"{kept}, and no other that does every step is faster{look}{_weights(best)}.")
    alike = not told_apart(frames.ratio(others[0].cell, best.cell))
    names = f"{_named(best)} or {_named(others[0])}" if alike else _named(best)
    base = next((row for row in others if row.backend == best.baseline), None)
    ratio = frames.ratio((base or others[-1]).cell, best.cell)
    over = (
        f"{units.digits(ratio.center)} times as fast as {_named(base or others[-1])}{_scaled(best, base or others[-1])}"
    )
    look = "" if ratio.known else f", {FIRST_LOOK}"
    how = "doing every step, " if best.work == "steps" and _sooner(frames, best) else ""
    return units.begun(f"{early}{how}take {names}: it {trains}, {over}{look}{_weights(best)}.")


def figure(frames: Frames) -> str:
    """Name the picture that shows it: the ladder of the tutorial, else that of the suite."""
    suite = str(headline(frames.ways)["suite"].iloc[0])
    return "ladder" if suite == TUTORIAL else suite


def _ranked(frames: Frames) -> list[Any]:
    """Rank those that do every step of the first training or, where none does, all of one kind; in one place."""
    cells = headline(frames.ways)
    if cells.empty:
        return []
    cells = of_one_place(cells)
    for work in ("steps", "algebra", "solution"):
        if (cells["work"] == work).any():
            return each(cells[cells["work"] == work])
    return []


def _named(row: Any) -> str:
    return units.clean(row.backend, _NAME)


def _batches(row: Any) -> str:
    return "full batches" if row.batch_size == row.samples else f"batches of {row.batch_size:,}"


def _time(row: Any) -> str:
    return f"{units.seconds(row.whole_s)}{'' if row.whole else ' (extrapolated)'}"


def _scaled(best: Any, other: Any) -> str:
    """Say of a ratio whose time in it was multiplied up; its own was said to be so."""
    if not other.whole:
        return " (whose time is extrapolated)"
    return "" if best.whole else " (extrapolated)"


def _weights(row: Any) -> str:
    """Say that the weights are the reference's, where that was proved."""
    return ", with the same weights" if row.agrees is not None and row.agrees == 1 else ""  # nor is NaN an answer


def cards(frames: Frames, findings: Sequence[Finding]) -> tuple[Card, Card]:
    """Say what to take, and when not."""
    ranked = _ranked(frames)
    return (
        Card("What to take", tuple(_taking(frames, findings, ranked))),
        Card("When not", tuple(_not(frames, ranked[0]))),
    )


def _sooner(frames: Frames, best: Any) -> bool:
    """Whether one by algebra, without doing each step, takes less for the same training."""
    return any(row.whole_s < best.whole_s for row in _by_algebra(frames))


def _by_algebra(frames: Frames) -> list[Any]:
    return [row for row in each(of_one_place(headline(frames.ways))) if row.work == "algebra"]


def _taking(frames: Frames, findings: Sequence[Finding], ranked: list[Any]) -> Iterator[str]:
    best, quick = ranked[0], _by_algebra(frames)
    way = f"{units.sentence(WAYS[best.work]).rstrip('.')}: {_named(best)}, {_time(best)}"
    if quick and best.work == "steps":
        way += (
            f"; by algebra, without doing each step: {_named(quick[0])}, {_time(quick[0])}{_chosen(frames, quick[0])}"
        )
    yield f"{way}."
    if (cells := headline(frames.cells))["backend"].eq(CHOOSER).any() and len(cells) > _FEW:
        yield from (finding.text for finding in findings if finding.source == "choosing")


def _chosen(frames: Frames, best: Any) -> str:
    """Say what the chooser took for it where it took the same backend, and a page shows both times."""
    own = [row for row in each(headline(without_echoes(frames))) if (row.backend, row.taken) == (CHOOSER, best.backend)]
    near = next(
        (row for row in own if (row.study, row.device, row.dtype) == (best.study, best.device, best.dtype)), None
    )
    if near is None:
        return ""
    ratio = frames.ratio(best.cell, near.cell)
    apart = "" if ratio.excludes(1.0) else ", which is not to be told apart" if ratio.known else ", one process each"
    return f" ({CHOOSER} took it too: {_time(near)}{apart})"


def _not(frames: Frames, best: Any) -> Iterator[str]:
    started, late = _cold(frames, best)
    yield from filter(None, (started, _elsewhere(frames, best)) if late else (_elsewhere(frames, best), started))
    refused = frames.absences[(frames.absences["backend"] == best.backend) & (frames.absences["kind"] == "refused")]
    if len(refused):
        yield f"It refuses {units.plural(len(refused), 'cell')}: {units.sentence(str(refused['reason'].iloc[0]), frames.called)}"


def _cold(frames: Frames, best: Any) -> tuple[str, bool]:
    """Say up to which epoch a slow start makes another the one to take, and whether it does for any; empty where nobody knows."""
    found = starts(frames)
    start = next((one for one in found if (one.backend, one.study) == (best.backend, best.study)), None)
    others = [one for one in start.beside(found) if one.work == best.work and one.backend != CHOOSER] if start else []
    if start is None or not others or start.backend == BASELINE:
        return "", False
    took = f"From cold, {_named(best)} takes {started(start)} before its first epoch"
    late = [(pays.center, other) for other in others if (pays := pays_from(start, other)) and pays.center > 1]
    if not late:
        return f"{took}, and is ahead from the first on.", False
    epoch, other = max(late, key=lambda one: one[0])  # from there on nothing is done sooner
    name = units.clean(other.backend, _NAME)
    return f"{took}: for fewer than {units.epochs(epoch)} epochs {name} is done sooner (extrapolated).", True


def _elsewhere(frames: Frames, best: Any) -> str:
    """Say at how many trainings it isn't the fastest of its kind for sure."""
    cells = frames.ways[(frames.ways["phase"] == "run") & (frames.ways["suite"] != THREADS)]
    cells = cells[(cells["work"] == best.work) & (cells["model"] == best.model)]
    for name in ("study", "device", "dtype", "threads"):
        cells = cells[cells[name] == getattr(best, name)]
    cells = cells.drop_duplicates([*_SAME, "backend"])
    parts = [
        each(part.sort_values(["unit_s", "backend"], kind="stable")) for _, part in cells.groupby(_SAME, sort=False)
    ]
    shared = [part for part in parts if len(part) > 1 and best.backend in {row.backend for row in part}]
    if len(shared) < _FEW:
        return ""
    behind = [
        (part, frames.ratio(own.cell, part[0].cell))
        for part in shared
        if (own := _own(part, best)).cell != part[0].cell
    ]
    slower = [part for part, ratio in behind if told_apart(ratio)]
    sure = all(row.processes > 1 for part in shared for row in part)  # one process gives no interval to say so
    faster = "surely faster" if sure else f"faster, {FIRST_LOOK}"
    among = f"of the {len(shared)} trainings measured with it"
    if not slower:
        return f"In none {among} is another that {_DOES[best.work]} {faster}."
    names = Counter(units.clean(part[0].backend, _NAME) for part in slower).most_common()
    words = [f"{name}{f' in {count}' * (len(names) > 1)}" for name, count in names]
    return f"In {len(slower)} {among} another that {_DOES[best.work]} is {faster}: {units.some(words, _FEW + 1)}."


def _own(part: list[Any], best: Any) -> Any:
    return next(row for row in part if row.backend == best.backend)
