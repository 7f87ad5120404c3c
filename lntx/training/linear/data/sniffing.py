"""What a text file shows of how it is written: its encoding, what stands between columns, whether its first row holds names.

Each rule is small enough to be said, and where it decides nothing an InputError names the option that does.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO

from lntx.errors import InputError
from lntx.training.linear.data import cells

NAMES = {",": "','", ";": "';'", "\t": "tabs", "|": "'|'", " ": "white space", "\x1f": "nothing"}
"""What stands between columns, in words."""
ALONE = "\x1f"
"""The separator of a file of one column: a character that no file has."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_HEADLESS = (
    "it has no header of names; its first row is taken for a sample, and columns are called 0, 1, ... (--header if it holds "
    "names)"
)
_PIECE, _HEAD = 2**20, 2**12
_BLANKS = re.compile(r"[ \t]+")


def encoding(path: Path, opened: Callable[[], IO[bytes]]) -> tuple[str, str]:
    """Return a text file's encoding and what is to be said of it: by its mark, else UTF-8, UTF-16, or that of Windows.

    Raises InputError for a file that is no text.
    """
    with opened() as stream:
        head = stream.read(_HEAD)
    if mark := next((mark for mark in _MARKS if head.startswith(mark)), None):
        return _MARKS[mark], ""
    if b"\0" in head:
        for name, digits in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if digits.count(0) >= 0.9 * len(digits):
                return name, f"read as {name.upper()}"
        raise InputError(f"{path} is no text: it holds bytes of 0; --encoding, if it is one after all")
    for name in ("utf-8", "cp1252"):
        if _decodes(opened, name):
            return name, "" if name == "utf-8" else "read as Windows-1252, since it is not UTF-8 (--encoding)"
    return "latin-1", "read as Latin-1, since it is not UTF-8 (--encoding)"


def _decodes(opened: Callable[[], IO[bytes]], name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    with opened() as stream:
        try:
            while piece := stream.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def records(lines: Iterable[tuple[int, str]], separator: str) -> Iterator[tuple[int, int, list[str]]]:
    """Part numbered lines into rows of fields: the numbers of each row's first and last line, and its fields.

    Quoted fields may hold the separator and line ends; blank lines are rows of no fields.
    """
    seen: list[int] = []

    def fed() -> Iterator[str]:
        for number, line in lines:
            seen.append(number)
            yield _BLANKS.sub(" ", line.strip()) if separator == " " else line

    for fields in csv.reader(fed(), delimiter=separator, skipinitialspace=separator != " "):
        yield seen[0], seen[-1], fields
        seen.clear()


def separator(path: Path, lines: Sequence[tuple[int, str]]) -> str:
    """Return what stands between columns: that with which every row has as many fields as the first, two or more.

    Of several, that with which the most fields are numbers; where two are even and part the rows differently, InputError.
    Where none does, that with which at least half of the rows agree with the first (the others are refused as they are met),
    or nothing: a file of one column.
    """
    found = _candidates(lines)
    whole = {mark: numbers for mark, (agreeing, numbers, _) in found.items() if agreeing == 1}
    if whole:
        best = [mark for mark, numbers in whole.items() if numbers == max(whole.values())]
        if any(found[mark][2] != found[best[0]][2] for mark in best[1:]):
            words = " or ".join(NAMES[mark] for mark in best)
            raise InputError(f"{path} may have {words} between columns; say which with --separator")
        return best[0]
    partly = {mark: agreeing for mark, (agreeing, *_) in found.items() if agreeing >= 0.5 and mark != " "}  # noqa: PLR2004  (half)
    if partly:
        return max(partly, key=lambda mark: partly[mark])
    marks = [mark for mark in found if mark != " "]
    if len(marks) == 1:
        return marks[0]
    if marks:
        words = " or ".join(NAMES[mark] for mark in marks)
        raise InputError(
            f"{path} has {words} in its first row, but the others differ in length; --separator says what stands between columns"
        )
    if heading := _heading(lines):
        raise InputError(f"{path}: {heading}; mend the first row, or say what is between columns with --separator")
    return ALONE


def _candidates(lines: Sequence[tuple[int, str]]) -> dict[str, tuple[float, float, list[list[str]]]]:
    """List what may stand between columns: the shares of rows that agree with the first and of numbers below it, and the rows."""
    found: dict[str, tuple[float, float, list[list[str]]]] = {}
    for mark in (",", ";", "\t", "|", " "):
        try:
            rows = [[*map(str.strip, fields)] for _, _, fields in records(lines, mark) if fields]
        except csv.Error:
            continue
        if rows and (due := width(rows[0])) > 1:
            body = rows[1:] or rows
            agreeing = sum(width(row) == due or len(row) == len(rows[0]) for row in body) / len(body)
            if mark == " " and unnamed_first(rows[0], rows[1:]):
                agreeing = 1.0
            fields = [field for row in body for field in row]
            numbers = sum(cells.gap(field) or cells.numeric(field) for field in fields) / max(1, len(fields))
            found[mark] = (agreeing, numbers, rows)
    return found


def unnamed_first(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Return whether each row has one field more than the first: its name, as pandas and R print tables."""
    return bool(rest) and all(len(row) == len(first) + 1 for row in rest)


def _heading(lines: Sequence[tuple[int, str]]) -> str:
    """Say how many fields the rows below the first have, where they have equally many; nothing where they haven't."""
    for mark, least in ((",", 3), (";", 2), ("\t", 2), ("|", 2), (" ", 2)):  # a comma alone is a decimal point
        rows = [fields for _, _, fields in records(lines[1:], mark) if fields]
        widths = {width(fields) for fields in rows}
        numbers = mark != " " or all(
            map(cells.numeric, chain.from_iterable(rows))
        )  # words have blanks between them, too
        if len(widths) == 1 and min(widths) >= least and numbers:
            first = len(next(records(lines[:1], mark))[2])
            count = f"{first} field" + "s" * (first > 1)
            return f"row {lines[0][0]} has {count}, and those below have {min(widths)}, with {NAMES[mark]} between them"
    return ""


def width(row: Sequence[str]) -> int:
    """Count a row's fields, less an empty one behind a separator at the end."""
    return len(row) - (len(row) > 1 and not row[-1])


def holds_names(
    path: Path, first: Sequence[str], rest: Sequence[Sequence[str]], wanted: Sequence[str], *, by_name: bool
) -> tuple[bool, str]:
    """Return whether a first row holds names, and what is to be said of it.

    It does where none of its fields is a number, or where one that is none stands above numbers. Else the columns that somebody
    asks for decide, as names in that row or as places counted from 0; where they may be either, or where 0, 1, 2, ... stands
    there and nobody asks, InputError: unless that is of three fields or more, above rows (rest) that all have decimals.
    """
    fields = [" ".join(field.split()) for field in first]
    numeric = [cells.numeric(field) for field in fields]
    places = [str(i) for i in range(len(fields))]
    if not any(numeric) or (not fields[0] and fields[1:] == places[:-1]):  # as pandas writes both
        return True, ""
    shown = ", ".join(fields[:6]) + ", ..." * (len(fields) > 6)  # noqa: PLR2004  (enough to be recognised)
    taken = f"its first row, {shown}, is taken for names (--no-header if it is a sample)"
    if any(_above_numbers(i, field, rest) for i, field in enumerate(fields)):
        return True, "" if by_name else taken
    counted = fields == places and len(fields) > 2  # noqa: PLR2004  (two may be those of a grid)
    if counted and rest and all(map(_decimal, chain.from_iterable(rest))):
        return True, taken
    if wanted or by_name:
        as_names = bool(wanted) and {*wanted} <= {*fields} and _plausible(fields, numeric)
        as_places = {*wanted} <= {*places}
        if as_names != as_places or not as_names:
            header = as_names or not (as_places or all(numeric))
            return header, _HEADLESS if not header else taken if all(numeric) else ""
        doubtful = True
    else:
        doubtful = fields == places
    if doubtful:
        raise InputError(
            f"{path} begins with {shown}, which may be a header or a sample; say which with --header or --no-header"
        )
    return False, _HEADLESS


def _above_numbers(place: int, field: str, rest: Sequence[Sequence[str]]) -> bool:
    """Return whether a field is a word, and all that stands below it numbers."""
    if cells.gap(field) or cells.numeric(field):
        return False
    below = [row[place] for row in rest if place < len(row) and not cells.gap(row[place])]
    return bool(below) and all(map(cells.numeric, below))


def _decimal(field: str) -> bool:
    return cells.numeric(field) and any(sign in field for sign in ".,eE")


def _plausible(fields: Sequence[str], numeric: Sequence[bool]) -> bool:
    """Return whether fields may be names: the numbers among them whole, each field once, and none of them a date."""
    whole = all(field.isdecimal() for field, number in zip(fields, numeric, strict=True) if number)
    return whole and len({*fields}) == len(fields) and not any(cells.told([field]) for field in fields)
