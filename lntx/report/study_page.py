"""The page of studies: what was found, what to take, how each time came to be, and what to make of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lntx.record import LINEAR, Study
from lntx.report import names, provenance, tables, units
from lntx.report.analysis.recommendations import recommendations
from lntx.report.document import (
    Attachment,
    Block,
    Explanation,
    Fact,
    Facts,
    Finding,
    Findings,
    Item,
    Items,
    Page,
    Picture,
    Section,
    Text,
    anchor,
    filled,
)
from lntx.report.frames import Frames
from lntx.report.intervals import CONFIDENCE
from lntx.report.rows import each

if TYPE_CHECKING:
    import pandas as pd

_CHOOSING = (
    f"A training is named by its samples {units.TIMES} features. *Doing every step* means SGD's steps one after another; *by any "
    "way*, algebra counts as well, which reaches the same weights without doing each step. Times are the least per epoch in the "
    "steady state; where a second backend stands beside the first, the two can't be told apart. What starting costs is told "
    "above."
)
_CELLS = (
    "Time is the median over processes of the whole recipe. Error and tolerance are those of the checkpoint nearest to its "
    "tolerance."
)
_READING = (
    (
        "A *cell* is one backend at one training: so many samples and features, in batches of so many. The *tutorial* is "
        "the training with which this began: 100 samples, three weights, one sample a step, 1,000 epochs. A study's "
        "*profile* says how many sizes it covers, and how long it may take."
    ),
    (
        "A time counts only where the trained weights agree with a float64 reference of the same recurrence, within a "
        "tolerance that is derived and not tuned. Who disagrees is named at the top and given no time."
    ),
    (
        f"Each process gives one number, the median of its rounds. Brackets and bars are {CONFIDENCE:.0%} t intervals "
        "between processes, on logarithms; ratios pair processes by their turn. Where one process was measured, there is "
        "no interval."
    ),
    (
        "Backends of the class *steps* do every step one after another. *Algebra* reaches the same weights without doing "
        "each step, and a *solution* solves for the optimum. They are never compared without saying so."
    ),
    (
        "Where the whole training would have taken too long, fewer epochs were timed and multiplied up. Such a time is "
        "called extrapolated wherever it stands."
    ),
    (
        "The time to prepare is that with filled compile caches. A cold start of the linear model's training, in a fresh "
        "process with empty ones, is measured for the tutorial alone, and is what break-even epochs rest on."
    ),
)
_LOOPS = (
    (
        "A *loop* is a training of one's own, and a *way* is how its steps are run. Its first way is what all others are held to "
        "and timed against. A time counts only where the weights that came of it are those of the first way: each tensor within "
        "what rounding alone explains, measured by trainings whose parameters are nudged by their last digit before each step."
    ),
    (
        "*Cold* is a fresh process with empty compile caches: building the model, preparing the way and the first epoch in one. "
        "*Steady* is an epoch of what is prepared and warm. From both follows the epoch from which on a slow start has paid."
    ),
)
_FOREIGN = (
    "Benchmarks of a pytest-benchmark file are shown by the median of their rounds. All rounds come from one process, so bars "
    "show a spread, from the first to the third quartile, and not how far a second run would differ. Of a file that keeps no "
    "raw rounds, what it states of them is shown, and nothing in the place of what it doesn't."
)
_MOST_RUNS = 6
"""Studies that have a column each, and their facts at the foot of the page."""
_MOST_ITEMS, _ITEM, _FILES = 300, 160, 3  # of a list; letters of a name in it; files beside a reason


def page(
    studies: Sequence[Study],
    frames: Frames,
    findings: Sequence[Finding],
    pictures: Sequence[Picture],
    targets: Sequence[Section] = (),
) -> Page:
    """Build the page; `targets` are the sections of those that were measured with the studies."""
    ends = _ends(studies)
    sections = (
        _differences(frames),
        Section("Findings", (Findings(tuple(findings)),), "findings"),
        _choices(frames),
        _backends(frames),
        _ways(frames),
        *targets,
        Section("Pictures", _illustrated(pictures, findings), "pictures", each=""),
        _cells(frames),
        Section("Without a time", _absences(frames), "absences"),
        Section("How to read this", _reading(frames), "reading", aside=True),
        *provenance.of_facts(
            (provenance.machine_facts(study.machine) for study in ends),
            (provenance.made(study.about) for study in ends),
        ),
    )
    return Page(
        title=_title(frames),
        summary=tuple(part for part in _summary(studies, frames) if part),
        sections=filled(sections),
        contents=True,
    )


def _title(frames: Frames) -> str:
    parts = [frame for frame in (frames.cells, frames.absences) if len(frame)]
    if not parts and len(frames.foreign) + len(frames.unusable):
        return "Benchmarks"
    loops = list(dict.fromkeys(str(name) for part in parts for name in part["problem"][part["model"] != LINEAR]))
    if not loops:
        return "What does it cost to train a linear model?"
    if any((part["model"] == LINEAR).any() for part in parts):
        return "What does it cost to train?"
    return f"How to train {units.listing(loops)}"


def _summary(studies: Sequence[Study], frames: Frames) -> Iterator[str]:
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
    blocks = (found, Explanation((_CHOOSING,), small=True)) if found else ()
    return Section("What to take", blocks, "choices")


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


def _illustrated(pictures: Sequence[Picture], findings: Sequence[Finding]) -> tuple[Picture, ...]:
    """Put beside each picture the findings that it is the first to show."""
    names = [anchor(finding, pictures) for finding in findings]
    return tuple(
        replace(
            picture,
            findings=tuple(finding for finding, name in zip(findings, names, strict=True) if name == picture.name),
        )
        for picture in pictures
    )


def _cells(frames: Frames) -> Section:
    found = [
        replace(tables.of_cells(part), caption=f"Cells of {suite}", title=str(suite))
        for suite, part in frames.cells.groupby("suite", sort=False)
    ]
    raw = Attachment("processes.csv", "The raw numbers, one row for each process", frames.processes)
    blocks: tuple[Block, ...] = (*found, raw, Explanation((_CELLS,), small=True)) if found else ()
    return Section("Every cell", blocks, "cells", each="Cells")


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
    ours = _READING if LINEAR in models else ()
    paragraphs = (*ours, *(_LOOPS if models - {LINEAR} else ()), *((_FOREIGN,) if len(frames.foreign) else ()))
    return (Explanation(paragraphs),) if paragraphs else ()
