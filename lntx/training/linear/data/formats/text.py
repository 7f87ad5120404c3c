"""Text files: CSV with any separator, in any encoding, packed or not."""

import csv
import io
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from lntx.errors import InputError
from lntx.training.linear.data import cells, sniffing
from lntx.training.linear.data.formats import unpacking
from lntx.training.linear.data.formats.lines import Text, begun
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.table import Columns, Sought, Table, named, tidied

ENDINGS = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".psv": "|", ".txt": "", ".dat": "", ".data": "", ".asc": ""}
"""Text files by how their names end, and what stands between columns then; nothing where it may be anything."""

_WIDEST = 10**6  # columns, each of which has a name and an array of its own
_TINY = re.compile(r"[eE]-0*[1-9][0-9][0-9]")
_HEAD = 20  # rows that show whether the first holds names
_GAPS = sorted({word for gap in cells.GAPS for word in (gap, gap.upper(), gap.title())} | {"NaN", "NaT", "-NaN", "N/a"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What a look at all rows found: how many there are and how many fields they have, the last, and how many empty ones follow.

    tiny: there are exponents so small that float64 may have no such number.
    """

    rows: int
    width: int
    last: list[str]
    spare: int = 0
    tiny: bool = False


def read(path: Path, reading: Reading, sought: Sought, *, by_name: bool) -> Table:
    """Read a text file, each column as numbers or as text; InputError for one whose rows differ in length."""
    opened = unpacking.opener(path)
    coding, said = (reading.encoding, "") if reading.encoding else sniffing.encoding(path, opened)
    text, above = begun(Text(path, opened, coding), reading)
    head = [*islice(text.records(), _HEAD)]
    if not head or not any(head[0][2]):
        raise InputError(f"{path} is empty")
    (_, last, fields), *rest = head
    if len(fields) > _WIDEST:
        raise InputError(f"{path} has {len(fields):,} columns; a text may have {_WIDEST:,} at most; give them as .npy")
    header, note = reading.header, ""
    if text.separator == " " and sniffing.unnamed_first(fields, [row for _, _, row in rest]):
        fields = ["", *fields]
    text = replace(text, width=sniffing.width(fields))
    if header is None:
        header, note = sniffing.holds_names(path, fields, [row for _, _, row in rest], sought.names, by_name=by_name)
        if not header and len(above) == len(fields):
            header, note = True, f"names are taken from the comment above: {', '.join(above[:6])}"
            last, fields = text.first - 1, above
    start = last + 1 if header else text.first
    shape = _shape(text, fields, start)
    if not shape.rows:
        raise InputError(f"{path} has no rows; a problem needs samples")
    names = [str(i) for i in range(shape.width)]
    if header:
        names = named(fields[: shape.width]) + [""] * (shape.width - len(fields))
    total = _total(text, start, shape, sought.known(names))
    shape = replace(shape, rows=shape.rows - bool(total))
    load = partial(_columns, text, start, shape, {i for i, name in enumerate(names) if name in reading.encode})
    point = reading.point or "."
    columns = load(point)
    place = partial(_place, text, start, header)
    whole = Table(path, {}, named=header, place=place, point=point, separator=text.separator, tiny=shape.tiny)
    table = tidied(whole, names, columns, reading, sought)
    places = {id(column): i for i, column in enumerate(columns)}
    at = {name: places[id(column)] for name, column in table.columns.items()}

    def again(point: str | None) -> Columns:
        anew = load(point)
        return {name: anew[i] for name, i in at.items()}

    notes = [*_said(text, reading), *filter(None, (said, note)), *_left_out(shape, total, header=header)]
    return replace(table, again=again, notes=(*notes, *table.notes))


def _left_out(shape: Shape, total: str, *, header: bool) -> Iterator[str]:
    """Yield what is left out at the end."""
    if total:
        yield f"row {shape.rows + 1 + header} begins with {total!r}, and is left out as a total"
    if shape.spare:
        yield f"{shape.spare} empty row{'s' * (shape.spare > 1)} at the end are left out"


def _shape(text: Text, fields: Sequence[str], start: int) -> Shape:
    """Look at all rows; InputError, naming it, for one that is longer or shorter than the first.

    A separator at the end of a row makes no column, unless something stands behind it in some row.
    """
    least = len(fields) - (len(fields) > 1 and not fields[-1].strip())
    rows, spare, behind, last, tiny = 0, 0, False, [""], False
    try:
        for number, _, row in text.records(start):
            if len(row) != least and not (len(row) == least + 1 and (len(fields) > least or not row[-1].strip())):
                if not any(row):
                    row = [""] * least  # a blank line in a file of one column  # noqa: PLW2901
                else:
                    raise InputError(_ragged(text, number, len(row), least))
            tiny = tiny or _TINY.search(",".join(row)) is not None
            behind |= len(row) > least and bool(row[-1].strip())
            if any(field.strip() for field in row):
                rows, spare, last = rows + spare + 1, 0, row
            else:
                spare += 1
    except csv.Error as error:
        raise InputError(f"{text.path} can't be read as {text.path.suffix[1:] or 'text'}: {error}") from error
    return Shape(rows, least + behind, last, spare if text.separator != sniffing.ALONE else 0, tiny)


def _total(text: Text, start: int, shape: Shape, known: Sequence[Collection[str]]) -> str:
    """Return the word with which the last row begins, where that is a total of those above; else nothing."""
    above = islice((row for _, _, row in text.records(start) if any(map(str.strip, row))), max(0, shape.rows - 1))
    return cells.total(shape.last, above, known) if shape.rows > 2 else ""  # noqa: PLR2004  (of one row there is no total)


def _ragged(text: Text, number: int, found: int, due: int) -> str:
    mark = sniffing.NAMES.get(text.separator, repr(text.separator))
    between = "" if text.separator == sniffing.ALONE else f", with {mark} between columns"
    count = f"{found} field" + "s" * (found != 1)
    return (
        f"{text.path}: row {number} has {count} and the first row {due}{between}; mend it, or give another --separator"
    )


class _Stream(io.TextIOBase):
    """Lines as a file that pandas can read."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> str:
        parts, length = [], 0
        for _, line in self._lines:
            parts.append(line)
            length += len(line)
            if size is not None and 0 <= size <= length:
                break
        return "".join(parts)


def _columns(text: Text, start: int, shape: Shape, plain: set[int], point: str | None) -> list[Any]:
    """Let pandas read the rows: numbers with this decimal point to their last digit, else as text; all as text without one."""
    import pandas as pd  # noqa: PLC0415  (only tables need it)

    gaps: Any = {i: _GAPS for i in range(shape.width + 1) if i not in plain}  # in a category, NA may be Namibia
    kinds: Any = str if point is None else dict.fromkeys(plain, str)
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        frame = pd.read_csv(
            _Stream(text.lines(start)),
            sep=r"\s+" if text.separator == " " else text.separator,
            header=None,
            names=[*range(shape.width + 1)],  # a separator at the end of a row makes one more
            index_col=False,
            dtype=kinds,
            decimal=point or ".",
            nrows=shape.rows,
            na_values=gaps,
            keep_default_na=False,
            skipinitialspace=True,
            skip_blank_lines=text.separator != sniffing.ALONE,
            low_memory=False,
            float_precision=exactly(pd.__version__),
        )
    if len(frame) != shape.rows:
        raise InputError(
            f"{text.path} can't be read: of {shape.rows} rows {len(frame)} were understood; is a quote left open?"
        )
    return [frame[i] for i in range(shape.width)]


def exactly(version: str) -> Literal["round_trip"] | None:
    """Ask for decimals to be read to the last digit; pandas always does from 3.1 on, and warns who asks for it."""
    major, minor = version.split(".")[:2]
    return None if (int(major), int(minor)) >= (3, 1) else "round_trip"


def _place(text: Text, start: int, header: bool, row: int) -> str:
    """Return where a row stands: as rows are counted, the header's being 1, and by its line where that differs."""
    number = next((first for i, (first, _, _) in enumerate(text.records(start)) if i == row), row + 1)
    counted = row + 1 + header
    return f"row {counted}" + f" (line {number})" * (number != counted)


def _said(text: Text, reading: Reading) -> Iterator[str]:
    due = ENDINGS.get(unpacking.ending(text.path), "")
    if not reading.separator and text.separator not in (due, sniffing.ALONE):
        yield f"read with {sniffing.NAMES.get(text.separator, repr(text.separator))} between columns"
    if text.comments and (count := text.commented()):
        yield f"{count} comment{'s' * (count > 1)} (lines that begin with #) passed over"
