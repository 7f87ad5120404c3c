"""The page of a gate: the verdict, what to do, the table, and then whatever makes one believe it."""

from collections.abc import Sequence

from lntx.report import units
from lntx.report.document import (
    Block,
    Cards,
    Explanation,
    Findings,
    Folded,
    Item,
    Items,
    Page,
    Picture,
    Section,
    Snippet,
    Text,
    filled,
)
from lntx.report.gate import acknowledging, cards, left_out, provenance, tables, verdicts, wording
from lntx.report.gate.findings import findings
from lntx.result import GateResult

_NAMED, _BRIEFLY = 300, 50
_MOST_WORDS = 32  # of the sentence beneath the title
_RATIO = (
    "The ratio is head's time over base's, with its 95 % interval between pairs of processes. A slowdown above what is ruled "
    "out is missed at most at the rate of misses that the gate was given."
)
_COUNTERS = (
    "Counters give the same number every time, so any that rises in head makes its benchmark slower, unless somebody "
    "acknowledged it, it got faster for that, or something was switched on that base doesn't use. The peak of memory "
    "rises where it is more than some bytes."
)
_BUDGETS = (
    "What head may take at most, whatever base takes. Over is what surely is; what is too near to tell fails nothing."
)
_CONTROLS = (
    "They are timed beside the benchmarks in both arms and hold none of the project's code. Where one differs between the arms, "
    "no time of the run counts."
)


def page(result: GateResult, pictures: Sequence[Picture]) -> Page:
    """Build the page."""
    notes = tuple(Item(wording.name(note, 1000)) for note in left_out.notes(result))
    found, size = findings(result), " · ".join(filter(None, provenance.size(result)))
    told = cards.cards(result, found)
    sections = (
        Section("What to do", _advice(result), "advice"),
        Section("What else is known", (Findings(found[1:]),) if found[1:] else (), "findings"),
        Section("Every benchmark", _benchmarks(result), "benchmarks"),
        Section("Left out", _left_out(result), "left-out"),
        Section("Budgets", _budgets(result), "budgets"),
        Section("Counters", _counters(result), "counters"),
        Section("Pictures", tuple(pictures[1:]), "pictures", each=""),
        Section("Controls", _controls(result), "sentinels"),
        Section("Notes", (Items(notes),) if notes else (), "notes"),
        *provenance.sections(result),
    )
    return Page(
        title=verdicts.title(result),
        summary=tuple(filter(None, ("Passes" * result.shown.passes, provenance.compared(result).removesuffix(".")))),
        sections=filled(sections),
        kicker=f"lntx gate: {result.verdict}",
        alarm=not result.shown.passes,
        lead=units.words(_lead(result), _MOST_WORDS),
        opening=(*pictures[:1], Cards(told), *((Text(size, small=True),) if size else ())),
        findings=found,
        brief=told,
        contents=True,
    )


def _lead(result: GateResult) -> str:
    """Return the headline, less what the title has said already."""
    said = verdicts.headline(result)
    more = said.removeprefix(f"{verdicts.title(result)}: ")
    return said if more == said else units.begun(more)


def _advice(result: GateResult) -> tuple[Block, ...]:
    told, toml = verdicts.advice(result), acknowledging.snippet(result)
    shown = (Snippet(toml, "What to add to lntx-gate.toml"),) if toml else ()
    return (*((Items(tuple(map(Item, told))),) if told else ()), *shown)


def _benchmarks(result: GateResult) -> tuple[Block, ...]:
    others, place = tables.others(result), tables.place(result)
    blocks: list[Block] = []
    if others:
        blocks.append(tables.of_benchmarks(others, "Every benchmark"))
        blocks += [Text(place, small=True)] if place else []
        blocks.append(Explanation((_RATIO,), small=True))
    return (*blocks, *_identical(result))


def _identical(result: GateResult) -> tuple[Folded, ...]:
    names = [one.name for one in tables.identical(result)]
    if not names:
        return ()
    labels = wording.labels(result, 120)
    items = [Item(labels[name]) for name in names[:_NAMED]]
    if more := len(names) - len(items):
        items.append(Item(f"{more:,} more stand in {tables.FILE} beside this page."))
    alike = tables.alike(result)
    brief = f"{alike} {wording.listed((labels[name] for name in names), _BRIEFLY)}."
    return (Folded(f"The same code: {len(names)}", (Text(alike, small=True), Items(tuple(items))), brief),)


def _left_out(result: GateResult) -> tuple[Block, ...]:
    found = left_out.table(result)
    return (found, Text(left_out.sentence(result))) if found.rows else ()


def _budgets(result: GateResult) -> tuple[Block, ...]:
    return (Explanation((_BUDGETS,)), tables.of_budgets(result)) if result.budgets else ()


def _counters(result: GateResult) -> tuple[Block, ...]:
    found, steady = tables.of_counters(result), tables.steady(result)
    shown: tuple[Block, ...] = (*((found,) if found.rows else ()), *((Text(steady, small=True),) if steady else ()))
    return (Explanation((_COUNTERS,)), *shown) if shown else ()


def _controls(result: GateResult) -> tuple[Block, ...]:
    if not result.sentinels:
        return ()
    return Explanation((_CONTROLS,)), tables.of_benchmarks(result.sentinels, "Controls")
