"""The tables in Markdown, all from what is kept, and their place in a page."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lntx.storage import disk
from lntx_machines.row import Outcome, Row

BEGIN, END = "<!-- machines -->", "<!-- /machines -->"
_WIDTH = 200  # characters of a cell
_WORDS = {True: "yes", False: "**no**", None: "-"}


def markdown(outcomes: Sequence[Outcome]) -> str:
    """Say all that the outcomes tell."""
    return "\n".join(_page(outcomes)).strip() + "\n"


def splice(path: Path, text: str) -> None:
    """Put the tables between the markers of a page; InputError where it can't be read or has no markers."""
    disk.splice(path, BEGIN, END, text)


def _page(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        yield from ("", f"### {outcome.promise}", "")
        yield f"{outcome.seconds:.0f} s: `nox -s machines -- --only {outcome.part}`."
        yield f"{outcome.day}; {outcome.machine}; commit {outcome.commit}."
        yield ""
        predicted = any(row.predicted for row in outcome.rows)
        yield _line(["what", "wanted", *(["predicted"] * predicted), "measured" if predicted else "found", "holds"])
        yield "| --- | --- | " + "--- | " * predicted + "--- | --- |"
        yield from (_line(_cells(row, predicted=predicted)) for row in outcome.rows)


def _cells(row: Row, *, predicted: bool) -> list[str]:
    said = [row.predicted or "-"] if predicted else []
    return [row.what, row.wanted or "-", *said, row.found, _WORDS[row.ok]]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(' '.join(cell[:_WIDTH].split()).replace('|', '/') for cell in cells)} |"
