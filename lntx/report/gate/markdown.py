"""The report of a gate as Markdown, for places that show no HTML."""

from collections.abc import Iterator, Sequence

from lntx.report.document import Finding, Picture
from lntx.report.gate import tables, verdicts, wording
from lntx.report.gate.acknowledging import snippet
from lntx.report.markdown import bullet, plain, table
from lntx.report.provenance import Story
from lntx.result import GateResult

_NAMED = 50


def markdown(told: Story, found: Sequence[Finding], drawn: Sequence[Picture], result: GateResult) -> str:
    """Write the report; the pictures stand beside it in `figures/`."""
    parts = [
        f"# {plain(told.title)}\n\n{plain(' · '.join(told.summary))}\n",
        *map(bullet, found),
        *_advice(result),
        *_benchmarks(result),
        *_counters(result),
        *figures(drawn),
        *_notes(result),
        *facts("Machine", told.machines),
        *facts("How it was made", told.made),
        "",
    ]
    return "\n".join(parts)


def _advice(result: GateResult) -> Iterator[str]:
    if told := verdicts.advice(result):
        yield "\n## What to do\n"
        yield from (f"- {plain(one)}" for one in told)
    if toml := snippet(result):
        yield f"\n{fenced(toml)}"


def fenced(text: str) -> str:
    """Put text into a block of code, whose fence is longer than any in the text."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}toml\n{text.rstrip()}\n{fence}"


def _benchmarks(result: GateResult) -> Iterator[str]:
    found, identical = tables.of_benchmarks(tables.others(result)), tables.identical(result)
    if found.rows or identical:
        yield "\n## Every benchmark\n"
    if found.rows:
        yield table(found)
        if place := tables.place(result):
            yield f"\n{plain(place)}"
        if found.left_out:
            yield f"\n{found.left_out:,} more stand in `frames/benchmarks.csv`."
    if identical:
        listed = wording.names((one.name for one in identical), _NAMED, 120)
        yield f"\n{plain(tables.alike(result))} {plain(listed)}."


def _counters(result: GateResult) -> Iterator[str]:
    found, steady = tables.of_counters(result), tables.steady(result)
    if found.rows or steady:
        yield "\n## Counters\n"
    if found.rows:
        yield f"{table(found)}\n"
    if steady:
        yield steady


def _notes(result: GateResult) -> Iterator[str]:
    if result.sentinels:
        yield f"\n## Controls\n\n{table(tables.of_benchmarks(result.sentinels))}"
    if result.notes:
        yield "\n## Notes\n"
        yield from (f"- {plain(wording.name(note, 1000))}" for note in result.notes)


def figures(drawn: Sequence[Picture]) -> Iterator[str]:
    """Write a heading, a picture and its caption for each."""
    for picture in drawn:
        image = f"![{plain(picture.alt)}](figures/{picture.name}.svg)"
        setting = f"{plain(picture.setting)}. " if picture.setting else ""
        yield f"\n## {plain(picture.title)}\n\n{image}\n\n{setting}{plain(picture.caption)}"


def facts(title: str, groups: Sequence[Sequence[tuple[str, str]]]) -> Iterator[str]:
    """Write a list of facts for each group, under the same title."""
    for group in groups:
        yield f"\n## {title}\n"
        yield from (f"- {plain(key)}: {plain(value)}" for key, value in group)
