"""What values look like at a prompt and in a notebook: a line, or a small table of HTML, with text from outside as text."""

from collections.abc import Iterable, Sequence
from html import escape

from lntx import escaping

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_DIGITS = 4
_LONG = 60  # letters of a name


def number(value: float) -> str:
    """Write a number in four digits."""
    return f"{value:.{_DIGITS}g}"


def duration(seconds: float) -> str:
    """Write seconds in the unit that suits them."""
    scale, unit = next((one for one in _UNITS if seconds >= one[0]), _UNITS[-1])
    return f"{seconds / scale:.3g} {unit}"


def count(number: int, what: str) -> str:
    """Write a number of things: 1 sample, 1,000 samples."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def name(text: object) -> str:
    """Write a name from outside in one line, cut where it is long."""
    return escaping.shortened(text, _LONG)


def facts(caption: str, rows: Iterable[tuple[str, str]]) -> str:
    """Make a table of facts, two cells a row."""
    body = "".join(f'<tr><th scope="row">{_cell(head)}</th><td>{_cell(text)}</td></tr>' for head, text in rows)
    return f"<table><caption>{_cell(caption)}</caption><tbody>{body}</tbody></table>"


def grid(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Make a table with headings; the first cell of each row names it."""
    head = "".join(f'<th scope="col">{_cell(text)}</th>' for text in headings)
    body = "".join(
        f'<tr><th scope="row">{_cell(first)}</th>{"".join(f"<td>{_cell(text)}</td>" for text in rest)}</tr>'
        for first, *rest in rows
    )
    return f"<table><caption>{_cell(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: object) -> str:
    return escape(escaping.line(text))
