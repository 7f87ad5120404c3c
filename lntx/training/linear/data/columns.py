"""Columns as they stand in files, turned into float64: text that means numbers, gaps and their filling, categories."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lntx.errors import InputError
from lntx.training import scalars
from lntx.training.linear.data import cells
from lntx.training.linear.data.conversion import Array, excess, numbers, refusal
from lntx.training.linear.data.table import Convention, Table, shell

_TIMES = (dt.date, dt.time, np.datetime64)  # a datetime is a date, pandas' own is one, too
_SPANS = (dt.timedelta, np.timedelta64)
_DIGITS = 17  # decimal digits that float64 keeps apart


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A column's numbers in float64, NaN in its gaps; its cells' unit; what is to be said; whether they mean yes and no."""

    values: Array
    gaps: NDArray[np.bool_]
    unit: str = ""
    notes: tuple[str, ...] = ()
    flags: bool = False


def taken(table: Table, name: str, how: Convention) -> Taken:
    """Take a column's numbers; InputError, naming row and column, for what is none, is infinite, or float64 can't hold."""
    column = table.columns[name]
    title = f"{table.path}: column {name!r}"
    if reason := refusal(column.dtype):
        some = (
            f"; --encode {shell(name)} makes such columns" if type(column.dtype).__name__ == "CategoricalDtype" else ""
        )
        remedy = table.remedy(f"{some}, or leave it out with --drop {shell(name)}")
        raise InputError(f"{title} {reason}{remedy}")
    found = _of_text(table, name, column, how) if column.dtype.kind in "OUST" else _of_numbers(table, name, column)
    wrong = np.flatnonzero(~np.isfinite(found.values) & ~found.gaps)
    if wrong.size:
        raise InputError(
            f"{table.path}: {table.place(int(wrong[0]))}, column {name!r} holds {found.values[wrong[0]]}, not a finite number"
        )
    return found


def _of_numbers(table: Table, name: str, column: Any) -> Taken:
    """Take a column of a dtype of numbers."""
    import pandas as pd  # noqa: PLC0415

    title = f"{table.path}: column {name!r}"
    kind = column.dtype.kind
    gaps = np.isnan(column) if isinstance(column, np.ndarray) and kind == "f" else np.zeros(len(column), bool)
    if isinstance(column, pd.Series):
        gaps = column.isna().to_numpy(bool)
    there = column[~gaps] if gaps.any() else column
    values = np.full(len(column), np.nan)
    if kind in "iu" and (row := excess(_plain(there))) is not None:
        raise InputError(_too_long(table, name, int(np.flatnonzero(~gaps)[row]), int(_plain(there)[row])))
    values[~gaps] = numbers(title, there)
    wide = _plain(there) if kind == "f" and column.dtype.itemsize > values.itemsize else None
    cut = wide is not None and bool((wide != values[~gaps]).any())
    return Taken(values, gaps | np.isnan(values), notes=(_rounded(name),) * cut, flags=kind == "b")


def _plain(column: Any) -> NDArray[Any]:
    kind = f"{column.dtype.kind}{column.dtype.itemsize}"
    return column if isinstance(column, np.ndarray) else np.asarray(column.to_numpy(dtype=kind))


def _of_text(table: Table, name: str, column: Any, how: Convention) -> Taken:
    """Take a column of Python's values: text that means numbers, and numbers themselves."""
    items = [value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in column]
    gaps = np.array([_missing(value) for value in items], bool)
    there = [(row, value) for row, (value, gap) in enumerate(zip(items, gaps, strict=True)) if not gap]
    values = np.full(len(items), np.nan)
    texts = [value for _, value in there if isinstance(value, str)]
    if texts and len(texts) == len(there) and (meaning := cells.flags(texts)):
        for row, value in there:
            values[row] = meaning[value.strip().lower()]
        one, none = meaning
        return Taken(values, gaps, notes=(f"column {name!r}: {one} is 1, {none} is 0",), flags=True)
    flags = {isinstance(value, (bool, np.bool_)): (row, value) for row, value in reversed(there)}
    if len(flags) > 1:
        (_, first), (row, value) = sorted(flags.values(), key=lambda pair: pair[0])
        here = f"{table.path}: {table.place(row)}, column {name!r} holds {scalars.shown(value)}"
        raise InputError(
            f"{here} beside {scalars.shown(first)} in other rows; write all as numbers, or all as true and false"
        )
    unit, first, cut = "", "", False
    for row, value in there:
        if isinstance(value, str):
            values[row], own = _number(table, name, row, value, how, texts)
        else:
            (values[row], cut), own = _value(table, name, row, value, cut=cut), ""
        if row != there[0][0] and own != first and ("%" in (own, first) or (own and unit not in ("", own))):
            other = f"{first or unit!r}" if first or unit else "numbers without a sign"
            here = f"{table.path}: {table.place(row)}, column {name!r} holds {scalars.shown(value)}"
            raise InputError(f"{here} beside {other} in other rows; write all in one unit")
        first = own if row == there[0][0] else first
        unit = unit or own
    notes = (f"column {name!r} is read without its {unit}",) * bool(unit) + (_rounded(name),) * cut
    return Taken(values, gaps, unit, notes, flags=True in flags)


def _number(table: Table, name: str, row: int, text: str, how: Convention, texts: Sequence[str]) -> tuple[float, str]:
    """Read a text as a number and its unit; InputError, saying what the column holds, for one that is none."""
    parts = cells.bare(text)
    plain = cells.plain(parts[0], how.point, how.thousands) if parts else None
    if parts is None or plain is None:
        raise InputError(_no_number(table, name, row, text, how, texts))
    value = float(plain)
    meant = cells.lost(plain, value)
    if isinstance(meant, int):
        raise InputError(_too_long(table, name, row, meant))
    if meant is not None:
        raise InputError(_beyond(table, name, row, text.strip()))
    return value, parts[1]


def _no_number(table: Table, name: str, row: int, text: str, how: Convention, texts: Sequence[str]) -> str:
    title, shown = f"{table.path}: column {name!r}", shell(name)
    if kind := cells.told(texts):
        return f"{title} {scalars.WRONG_KINDS[kind]}{table.remedy(f', or leave it out with --drop {shown}')}"
    here = f"{table.path}: {table.place(row)}, column {name!r} holds {scalars.shown(text.strip())}, not a finite number"
    if cells.numeric(text):
        between = f" and {how.thousands!r} between thousands" if how.thousands else ""
        return f"{here} with {how.point!r} as the decimal point{between}; --decimal and --thousands say otherwise"
    if any(map(cells.numeric, texts)):
        return f"{here}{table.remedy(f'; mend it, or leave the column out with --drop {shown}')}"
    ways = f"; --encode {shown} makes a column of 0 and 1 for each value, --drop {shown} leaves it out"
    return f"{here}{table.remedy(ways)}"


def _value(table: Table, name: str, row: int, value: Any, *, cut: bool) -> tuple[float, bool]:
    """Take a number of Python's, and whether any so far has lost digits."""
    title = f"{table.path}: column {name!r}"
    for kinds, kind in ((_SPANS, "m"), (_TIMES, "M")):
        if isinstance(value, kinds):
            remedy = table.remedy(f", or leave it out with --drop {shell(name)}")
            raise InputError(f"{title} {scalars.WRONG_KINDS[kind]}{remedy}")
    place = f"{table.path}: {table.place(row)}, column {name!r}"
    if not isinstance(value, (Real, Decimal, np.bool_)):
        raise InputError(
            f"{place} holds {scalars.shown(value)}, which is not a number"
            f"{table.remedy(f'; --drop {shell(name)} leaves it out')}"
        )
    try:
        number = float(value)
    except (OverflowError, ValueError):
        raise InputError(_beyond(table, name, row, value)) from None
    if value and not number:
        raise InputError(_beyond(table, name, row, value))
    if isinstance(value, Integral) and int(value) != int(number):
        raise InputError(_too_long(table, name, row, int(value)))
    long = isinstance(value, Decimal) and len(value.as_tuple().digits) > _DIGITS and Decimal(number) != value
    return number, cut or long


def _missing(value: Any) -> bool:
    import pandas as pd  # noqa: PLC0415

    if isinstance(value, str):
        return cells.gap(value)
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)  # noqa: PLR0124  (NaN)


def _beyond(table: Table, name: str, row: int, value: Any) -> str:
    shown = scalars.shown(value)
    return (
        f"{table.path}: {table.place(row)}, column {name!r} holds {shown}, which float64 can't hold; use another unit"
    )


def _too_long(table: Table, name: str, row: int, value: int) -> str:
    return (
        f"{table.path}: {table.place(row)}, column {name!r} holds {scalars.shown(value)}, which has more digits than float64 can "
        f"hold; subtract an offset from it{table.remedy(f', or leave it out with --drop {shell(name)}')}"
    )


def _rounded(name: str) -> str:
    return f"column {name!r} has more digits than float64 holds, and is rounded"
