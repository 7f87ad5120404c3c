"""The table in Markdown, all from what is kept, and its place in a page."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lntx.storage import disk
from lntx_faults.row import Outcome, Part, Row

BEGIN, END = "<!-- faults -->", "<!-- /faults -->"
_SHOWN = 3  # failures in a cell
_WIDTH = 160  # characters of a failure
_HEADINGS = ("what was done", "how often", "what failed", "besides")


def markdown(outcomes: Sequence[Outcome], parts: Sequence[Part]) -> str:
    """Say all that the outcomes tell."""
    known = {part.name: part for part in parts}
    return "\n".join(_page(outcomes, known)).strip() + "\n"


def counts(outcomes: Sequence[Outcome], parts: Sequence[Part]) -> str:
    """Say in one sentence how much of what was done, and how much of it failed."""
    units = {part.name: part.unit for part in parts}
    done = ", ".join(f"{outcome.tried:,} {units[outcome.part]}" for outcome in outcomes)
    failed = sum(len(outcome.failures) for outcome in outcomes)
    return f"{done}: {failed or 'none'} failed." if done else "Nothing has been tried yet."


def splice(path: Path, text: str) -> None:
    """Put the table between the markers of a page; InputError where it can't be read or has no markers."""
    disk.splice(path, BEGIN, END, text)


def _page(outcomes: Sequence[Outcome], parts: dict[str, Part]) -> Iterator[str]:
    yield counts(outcomes, list(parts.values()))
    for outcome in outcomes:
        part = parts[outcome.part]
        yield from ("", f"### {part.promise}", "")
        short = " (short form)" if outcome.quick else ""
        yield f"{outcome.tried:,} {part.unit}{short}, {_took(outcome.seconds)}: `nox -s faults -- --only {part.name}`."
        yield f"{outcome.day}; {outcome.machine}; commit {outcome.commit}."
        yield ""
        yield _line(_HEADINGS)
        yield "| --- | ---: | --- | --- |"
        yield from (_line(_cells(row)) for row in outcome.rows)


def _cells(row: Row) -> tuple[str, ...]:
    shown = [failure if len(failure) <= _WIDTH else failure[: _WIDTH - 1] + "…" for failure in row.failures[:_SHOWN]]
    more = [f"and {len(row.failures) - _SHOWN} more"] * (len(row.failures) > _SHOWN)
    failed = f"**{len(row.failures)}**: {'; '.join([*shown, *more])}" if row.failures else "-"
    return row.what, f"{row.tried:,}", failed, row.found or "-"


def _took(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"  # noqa: PLR2004  (two minutes)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', '/') for cell in cells)} |"
