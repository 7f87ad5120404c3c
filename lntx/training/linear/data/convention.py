"""Which of `.` and `,` is a table's decimal point, by what its numbers show; never by a guess.

A file has one decimal point. `1,5`, `0,123` and `1.234,5` show a comma, `0.5`, `1,234.5` and `1,234,567` a point; `1,234` alone
shows nothing, and where nothing else does, the options or the model decide, or nobody. What a model knows, and the options that
it was trained with, speak of its own table: another file's cells count more, and only what is said of this very file more still.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lntx.errors import InputError
from lntx.training.linear.data import cells
from lntx.training.linear.data.coding import Coding
from lntx.training.linear.data.conversion import Array
from lntx.training.linear.data.reading import Reading
from lntx.training.linear.data.table import Convention, Table

_GROUP = 1_000  # what three digits are cut off by
_ROUNDING = 1e-6  # of numbers below a million
_EXACT = 2.0**53  # whole numbers up to here are floats of their own


@dataclass(frozen=True, slots=True)
class _Shown:
    """A cell that shows a decimal point, and where it stands."""

    column: str
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Cells that show a point, a comma, or either, the first of each column; and whether decimals stand beside commas."""

    points: list[_Shown]
    commas: list[_Shown]
    doubts: list[_Shown]
    decimals: bool


def kept(coding: Coding | None, *, named: bool) -> Convention:
    """Return how a model's own table wrote numbers, as far as the model knows; an empty point where it doesn't.

    A model without names and without a coding is of arrays: its numbers have a point, and nothing between thousands.
    """
    if coding is None:
        return Convention("" if named else ".", None if named else "")
    told = Reading(**{name: coding.reading[name] for name in ("decimal", "thousands") if name in coding.reading})
    return Convention(coding.point or told.point or "", told.thousands)


def settled(
    table: Table, names: Sequence[str], reading: Reading, known: Convention | None = None
) -> tuple[Table, Convention]:
    """Find the decimal point of some of a table's columns, and read them anew as text where that makes other numbers of them.

    known is how a model's own table wrote numbers: it decides where the cells don't. Raises InputError, naming cells, where some
    show a comma and others a point, and where nothing decides.
    """
    if reading.point:
        how = Convention(reading.point, reading.thousands, shown=True)
    else:
        how = _found(table, _evidence(table, names), reading, known or Convention(""))
    table = _read(table, how.point)
    notes = ["read with ',' as the decimal point"] if how.point == "," and not reading.point else []
    if reading.thousands is None and (group := _grouping(table, names, how.point)):
        notes.append(f"read with {group!r} between thousands")
    return table.noting(*notes), how


def _found(table: Table, evidence: _Evidence, reading: Reading, known: Convention) -> Convention:
    """Return what the cells show, or where they are in doubt what a model knows; InputError where neither decides."""
    points, commas, doubts = evidence.points, evidence.commas, evidence.doubts
    if points and commas:
        raise InputError(
            f"{table.path}: {_where(table, points[0])}, with a decimal point, and {_where(table, commas[0])}, with a comma; "
            "say which with --decimal, or mend the file"
        )
    found = "." if points else "," if commas else ""
    open_ = bool(doubts) and not found
    if open_ and not known.point:
        one = doubts[0]
        cut = "thousands or decimals" if one.text.count(",") + one.text.count(".") == 1 else "thousands"
        mark = "," if "," in one.text else "."
        raise InputError(
            f"{table.path}: {_where(table, one)}, {cut}: --decimal {mark} or --thousands {mark} says which"
        )
    point = found or (known.point if open_ else ".")
    group = known.thousands if open_ else known.thousands or None
    return Convention(
        point, reading.thousands or (None if group == point else group), shown=bool(found) or evidence.decimals
    )


def _evidence(table: Table, names: Sequence[str]) -> _Evidence:
    """Look at the columns' cells."""
    found: dict[str, list[_Shown]] = {"point": [], "comma": [], "either": []}
    doubtful, decimals = [], False
    for name in names:
        column = table.columns[name]
        if _of_text(column):
            _look(found, name, enumerate(column))
        elif table.again and _kind(column) == "f" and (values := np.asarray(column, np.float64)).size:
            sure = np.flatnonzero(~_perhaps_thousands(values))
            if sure.size:
                row = int(sure[0])
                found["point"].append(_Shown(name, row, f"{values[row]:g}"))
            elif np.isfinite(values).any():
                doubtful.append(name)
                decimals |= bool((values[np.isfinite(values)] % 1).any())
    if doubtful and table.again and not found["point"] and (found["comma"] or table.separator != ","):
        columns = table.again(None)
        for name in doubtful:
            _look(found, name, enumerate(columns[name]))
    return _Evidence(found["point"], found["comma"], found["either"], decimals)


def _look(found: dict[str, list[_Shown]], name: str, items: Iterable[tuple[int, Any]]) -> None:
    """Note the first cell of a column that shows each; of one that holds other things than numbers, none."""
    first: dict[str, _Shown] = {}
    for row, value in items:
        if not isinstance(value, str) or cells.gap(value):
            continue
        parts = cells.bare(value)
        sense = cells.sense(parts[0]) if parts else None
        if sense is None:
            return
        if sense != "neutral" and sense not in first:
            first[sense] = _Shown(name, row, value.strip())
    for kind, shown in first.items():
        found[kind].append(shown)


def _perhaps_thousands(values: Any) -> Any:
    """Tell which numbers, read with a point, may have been written as thousands: 1.234, which has three digits behind it."""
    size = np.abs(values)
    with np.errstate(invalid="ignore", over="ignore"):
        three = np.abs(size * _GROUP - np.round(size * _GROUP)) < _ROUNDING
        return (
            ~np.isfinite(size)
            | (size == 0)
            | (three & (size >= 1) & (size < _GROUP))
            | ((size % 1 == 0) & (size < _EXACT))
        )


def _read(table: Table, point: str) -> Table:
    """Return the table as its cells are meant: read anew where another decimal point is theirs, or where digits may be lost."""
    if table.again is None:
        return table
    if point != table.point:
        table = replace(table, columns=table.again(point), point=point)
    columns = table.columns.values()
    dropped = table.tiny or any(_kind(column) == "f" and _dropped(np.asarray(column, np.float64)) for column in columns)
    return replace(table, columns=table.again(None)) if dropped and table.again else table


def _dropped(values: Array) -> bool:
    """Return whether there are numbers so large that whole ones may have lost digits."""
    return bool(np.any(np.isfinite(values) & (np.abs(values) >= _EXACT)))


def _grouping(table: Table, names: Sequence[str], point: str) -> str:
    """Return what stands between thousands in the first cell that has any; nothing where none has.

    Such cells are text still: pandas is told of no thousands.
    """
    texts = (table.columns[name] for name in names if _of_text(table.columns[name]))
    signs = (_between(value, point) for column in texts for value in column if isinstance(value, str))
    return next(filter(None, signs), "")


def _between(text: str, point: str) -> str:
    if text.isdigit() or (parts := cells.bare(text)) is None or cells.plain(parts[0], point) is None:
        return ""
    head = parts[0].removeprefix("-").partition(point)[0]
    return "" if "e" in head.lower() else next((sign for sign in head if not sign.isdigit()), "")


def _where(table: Table, one: _Shown) -> str:
    return f"{table.place(one.row)}, column {one.column!r} holds {one.text!r}"


def _kind(column: Any) -> str:
    return str(getattr(column.dtype, "kind", "O"))


def _of_text(column: Any) -> bool:
    """Return whether a column may hold text: NumPy's, pandas' or Python's."""
    kinds = ("CategoricalDtype", "PeriodDtype", "IntervalDtype")
    return _kind(column) in "OUT" and type(column.dtype).__name__ not in kinds
