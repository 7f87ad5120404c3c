"""The tables in Markdown, all from what is kept, and their place in a page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from lntx.storage import disk
from lntx_faults.row import Done, Part, Row
from lntx_faults.store import Store

BEGIN, END = "<!-- faults -->", "<!-- /faults -->"
_SHOWN = 3  # failures in a cell
_WIDTH = 160  # characters of a failure
_HEADINGS = ("what was done", "how often", "what failed", "besides")
_NOTHING = "Nothing has been tried yet."


def markdown(store: Store, parts: Sequence[Part]) -> str:
    """Say all that was kept of parts."""
    found = [(part, done) for part in parts if (done := store.done(part.name))]
    lines = [_counts(found), *(line for part, done in found for line in _section(part, done))]
    return "\n".join(lines).strip() + "\n"


def splice(path: Path, text: str) -> None:
    """Put the tables between the markers of a page; InputError where it can't be read or has no markers."""
    disk.splice(path, BEGIN, END, text)


def _counts(found: Sequence[tuple[Part, Sequence[Done]]]) -> str:
    """Say in one sentence how much of what was done, and how much of it broke a promise."""
    if not found:
        return _NOTHING
    done = ", ".join(f"{_tried(some):,} {part.unit}" for part, some in found)
    failed = sum(len(one.failures) for _, some in found for one in some)
    return f"{done}: {failed or 'no'} broken promises."


def _section(part: Part, done: Sequence[Done]) -> Iterator[str]:
    yield from ("", f"### {part.promise}", "")
    yield f"{_tried(done):,} {part.unit}, {_took(done)}: `nox -s faults -- --only {part.name}`. {_origin(done)}"
    left = part.steps(part.count).keys() - {one.step for one in done}
    if left:
        yield f"Not all of it yet: {len(left):,} of {len(part.steps(part.count)):,} steps are still to be done."
    yield ""
    yield _line(_HEADINGS)
    yield "| --- | ---: | --- | --- |"
    rows: dict[str, list[Row]] = {}
    for row in (row for one in done for row in one.rows):
        rows.setdefault(row.what, []).append(row)
    yield from (_line(_cells(what, some)) for what, some in rows.items())


def _origin(done: Sequence[Done]) -> str:
    """Say which of it was done at which commit, on which days, and where."""
    commits: Counter[str] = Counter()
    for one in done:
        commits[one.commit] += one.tried
    days = sorted(one.day for one in done)
    when = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    (first, _), *others = commits.items()
    which = ", ".join(f"{tried:,} at {name}" for name, tried in commits.items()) if others else first
    return f"Commit {which}; {when}; {'; '.join(dict.fromkeys(one.machine for one in done))}."


def _cells(what: str, rows: Sequence[Row]) -> tuple[str, ...]:
    failures = [failure for row in rows for failure in row.failures]
    shown = [failure if len(failure) <= _WIDTH else failure[: _WIDTH - 1] + "…" for failure in failures[:_SHOWN]]
    more = [f"and {len(failures) - _SHOWN} more"] * (len(failures) > _SHOWN)
    failed = f"**{len(failures)}**: {'; '.join([*shown, *more])}" if failures else "-"
    return what, f"{sum(row.tried for row in rows):,}", failed, _besides(rows) or "-"


def _besides(rows: Sequence[Row]) -> str:
    """Put together what was found besides: sums, the most of what was measured, and words, each once."""
    counts: Counter[str] = Counter()
    most: dict[str, float] = {}
    for row in rows:
        counts.update(row.counts)
        for name, value in row.most.items():
            most[name] = max(value, most.get(name, value))
    summed = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    largest = ", ".join(f"{_number(value)} {name}" for name, value in most.items())
    words = dict.fromkeys(row.found for row in rows)
    return "; ".join(filter(None, [summed, f"at most {largest}" if largest else "", *words]))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"  # noqa: PLR2004  (two digits)


def _tried(done: Sequence[Done]) -> int:
    return sum(one.tried for one in done)


def _took(done: Sequence[Done]) -> str:
    seconds = sum(one.seconds for one in done)
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"  # noqa: PLR2004  (two minutes)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', '/') for cell in cells)} |"
