"""The page of studies: what was found, what to take, how each time came to be, and what to make of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lntx.record import LINEAR, Study
from lntx.report import names, provenance, tables, units
from lntx.report.analysis.recommendations import recommendations
from lntx.report.chapters import chapters, illustrated
from lntx.report.document import (
    Attachment,
    Block,
    Card,
    Cards,
    Explanation,
    Fact,
    Facts,
    Finding,
    Findings,
    Folded,
    Item,
    Items,
    Page,
    Picture,
    Section,
    Text,
    filled,
)
from lntx.report.frames import Frames
from lntx.report.opening import opening
from lntx.report.reading import CELLS, CHOOSING, FOREIGN, LOOPS, READING
from lntx.report.rows import each

if TYPE_CHECKING:
    import pandas as pd

_MOST_RUNS = 6
"""Studies that have a column each, and their facts at the foot of the page."""
_MOST_WORDS, _MOST_NAMES = 35, 6  # words of a title, and of what it is about
_MOST_ROWS = 12  # of a table that isn't folded
_MOST_ITEMS, _ITEM, _FILES = 300, 160, 3  # of a list; letters of a name in it; files beside a reason


def page(
    studies: Sequence[Study],
    frames: Frames,
    findings: Sequence[Finding],
    pictures: Sequence[Picture],
    targets: Sequence[Section] = (),
) -> Page:
    """Build the page; `targets` are the sections of those that were measured with the studies."""
    ends, opened = _ends(studies), opening(frames, findings)
    shown = illustrated(pictures, findings)
    first = _first(shown, opened.figure)
    sections = (
        _differences(frames),
        *_with(_choices(frames), after="Which is fastest", among=chapters(shown, findings, first)),
        *targets,
        _backends(frames),
        _ways(frames),
        _cells(frames),
        Section("Without a time", _absences(frames), "absences"),
        Section("How to read this", _reading(frames), "reading", aside=True),
        *provenance.of_facts(
            (provenance.machine_facts(study.machine) for study in ends),
            (provenance.made(study.about) for study in ends),
        ),
    )
    size = " · ".join(filter(None, _size(studies, frames)))
    return Page(
        title=units.words(opened.answer, _MOST_WORDS) or _about(frames),
        summary=tuple(part for part in _summary(studies, frames) if part),
        sections=filled(sections),
        kicker=f"lntx report: {_about(frames)}",
        contents=True,
        opening=(
            *((first,) if first else ()),
            *((Cards(opened.cards),) if opened.cards else ()),
            *_warnings(findings, opened.cards),
            *((Text(size, small=True),) if size else ()),
        ),
        findings=tuple(findings),
        brief=opened.cards,
    )


def _warnings(findings: Sequence[Finding], cards: Sequence[Card]) -> Iterator[Block]:
    """Yield the warnings that no card tells and, at a click, what else is to be said of those that one does."""
    warnings = [finding for finding in findings if finding.kind == "warning"]
    known = {text for card in cards for text in card.sentences}
    if untold := tuple(finding for finding in warnings if finding.text not in known):
        yield Findings(untold)
    if told := tuple(finding for finding in warnings if finding.text in known and finding.detail):
        yield Folded("The warning in full" if len(told) == 1 else "The warnings in full", (Findings(told),))


def _first(pictures: Sequence[Picture], figure: str) -> Picture | None:
    """Choose the picture that a page opens with: the one that shows its answer, else its first."""
    found = (picture for picture in pictures if picture.is_called(figure))
    return next(found, next(iter(pictures), None))


def _with(section: Section, *, after: str, among: Iterable[Section]) -> Iterator[Section]:
    for one in among:
        yield one
        if one.title == after:
            yield section


def _about(frames: Frames) -> str:
    parts = [frame for frame in (frames.cells, frames.absences) if len(frame)]
    if not parts and len(frames.foreign) + len(frames.unusable):
        return "benchmarks"
    loops = list(dict.fromkeys(str(name) for part in parts for name in part["problem"][part["model"] != LINEAR]))
    if not loops:
        return "training a linear model"
    if any((part["model"] == LINEAR).any() for part in parts):
        return "training"
    return units.words(f"training {units.listing(loops)}", _MOST_NAMES)


def _size(studies: Sequence[Study], frames: Frames) -> Iterator[str]:
    """Say how much was measured."""
    if studies and (profile := studies[0].about.get("profile")):
        yield f"{units.clean(profile, provenance.LONG)} profile"
    linear = frames.cells["model"] == LINEAR
    parts = (("backend", frames.cells[linear]), ("way", frames.cells[~linear]))
    counted = [units.plural(part["backend"].nunique(), word) for word, part in parts if len(part)]
    if counted:
        yield f"{units.plural(len(frames.cells), 'timed cell')} of {units.listing(counted)}"
    if len(frames.foreign):
        yield units.plural(frames.foreign["name"].nunique(), "benchmark")
        runs = frames.foreign["study"].nunique()
        yield units.plural(runs, "run") if runs > 1 else ""
    if len(frames.unusable):
        yield f"{frames.unusable['name'].nunique():,} left out"
    if len(frames.absences):
        yield f"{units.plural(len(frames.absences), 'cell')} without a time"


def _summary(studies: Sequence[Study], frames: Frames) -> Iterator[str]:
    """Say where and when it was measured."""
    if studies:
        used = len(frames.cells) and frames.cells["device"].str.startswith("cuda").any()
        yield provenance.cpu(studies[0].machine)
        yield provenance.gpu(studies[0].machine) if used else ""
        days = [provenance.day(study.about) for study in (studies[0], studies[-1])]
        yield " to ".join(dict.fromkeys(filter(None, days))) if not used and len(frames.foreign) else days[0]


def _differences(frames: Frames) -> Section:
    title, many = "What sets the studies apart", len(frames.labels) > _MOST_RUNS
    if not frames.differences or (many and all(found.fact == "commit" for found in frames.differences)):
        return Section(title, (), "differences")
    found = tables.of_runs(frames.runs) if many else tables.of_differences(frames.differences, frames.labels)
    return Section(title, (replace(found, caption=title),), "differences")


def _ends(studies: Sequence[Study]) -> Sequence[Study]:
    """Take the first and the last of more studies than anybody reads the facts of."""
    return studies if len(studies) <= _MOST_RUNS else (studies[0], studies[-1])


def _choices(frames: Frames) -> Section:
    found = recommendations(frames)
    title = "What to take for which training"
    if not found:
        return Section(title, (), "choices")
    table: tuple[Block, ...] = (found, Explanation((CHOOSING,), small=True))
    rows = len(found.rows) + found.left_out
    return Section(title, table if rows <= _MOST_ROWS else (Folded(f"All {rows} trainings", table),), "choices")


def _backends(frames: Frames) -> Section:
    """List every backend with what it says of itself and its work class."""
    rows = frames.cells[frames.cells["model"] == LINEAR].drop_duplicates("backend").sort_values("backend")
    facts = tuple(Fact(str(row.backend), str(row.label), str(row.work)) for row in each(rows))
    return Section("Backends", (Facts(facts, wide=True),) if facts else (), "backends", aside=True)


def _ways(frames: Frames) -> Section:
    """List every way of loops with what it says of itself, and of which loop, where they say unlike things."""
    rows = frames.cells[frames.cells["model"] != LINEAR].drop_duplicates(["backend", "label", "problem"])
    facts = []
    for (way, label), part in rows.sort_values("backend", kind="stable").groupby(["backend", "label"], sort=False):
        unlike = len(set(rows["label"][rows["backend"] == way])) > 1
        facts.append(Fact(str(way), str(label), units.listing(sorted(set(part["problem"]))) if unlike else ""))
    return Section("Ways", (Facts(tuple(facts), wide=True),) if facts else (), "ways", aside=True)


def _cells(frames: Frames) -> Section:
    found = [
        Folded(
            f"{suite}: {units.plural(len(part), 'cell')}",
            (replace(tables.of_cells(part), caption=f"Cells of {suite}"),),
        )
        for suite, part in frames.cells.groupby("suite", sort=False)
    ]
    raw = Attachment("processes.csv", "The raw numbers, one row for each process", frames.processes)
    blocks: tuple[Block, ...] = (*found, raw, Explanation((CELLS,), small=True)) if found else ()
    return Section("Every cell", blocks, "cells")


def _absences(frames: Frames) -> tuple[Block, ...]:
    """Gather cells without a time that share backend, kind and reason, and name benchmarks that have none to go by."""
    grouped = frames.absences.groupby(["backend", "kind", "reason"], sort=False)
    items = tuple(
        Item(str(reason), str(backend), str(kind), len(part), tuple(sorted(set(part["suite"]))))
        for (backend, kind, reason), part in grouped
    )
    items += _unusable(frames)
    rest = len(items) - _MOST_ITEMS
    more = (Text(f"{rest:,} more stand in frames/unusable.csv.", small=True),) if rest > 0 else ()
    return (Items(items[:_MOST_ITEMS]), *more) if items else ()


def _unusable(frames: Frames) -> tuple[Item, ...]:
    labels = names.labels(frames.unusable["name"], _ITEM)
    grouped = frames.unusable.groupby(["name", "reason"], sort=False)
    return tuple(Item(f"{reason}{_where(part)}", labels[str(name)]) for (name, reason), part in grouped)


def _where(part: "pd.DataFrame") -> str:
    files = [file for file in dict.fromkeys(part["file"]) if file]
    shown = files if len(files) <= _FILES else [*files[:_FILES], f"{len(files) - _FILES} more"]
    return f" ({units.listing(shown)})" if files else ""


def _reading(frames: Frames) -> tuple[Explanation, ...]:
    models = {*frames.cells["model"], *frames.absences["model"]}
    ours = READING if LINEAR in models else ()
    paragraphs = (*ours, *(LOOPS if models - {LINEAR} else ()), *((FOREIGN,) if len(frames.foreign) else ()))
    return (Explanation(paragraphs),) if paragraphs else ()
